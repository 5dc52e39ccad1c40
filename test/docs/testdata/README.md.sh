# What README takes as given: the command is installed, and two environments have boundaries.
export PATH="$PWD/build:$PATH"
aws iam create-policy --policy-name documented --policy-document \
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["dynamodb:Scan"], "Resource": ["arn:aws:dynamodb:*:*:table/users"]}]}'
aws iam create-policy --path /boundaries/ --policy-name bookshop-dev --policy-document \
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
  {"Sid": "NoScanOfUsers", "Effect": "Deny", "Action": "dynamodb:Scan", "Resource": "arn:aws:dynamodb:*:*:table/users"}]}'
aws ssm put-parameter --type String --name /amplify-boundary/documented --value arn:aws:iam::123456789012:policy/documented
aws ssm put-parameter --type String --name /amplify-boundary/dev --value arn:aws:iam::123456789012:policy/boundaries/bookshop-dev
