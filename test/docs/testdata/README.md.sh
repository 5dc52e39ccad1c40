# What README takes as given: the command is installed, an environment has a boundary, and a deployed stack has a role with it.
export PATH="$PWD/build:$PATH"
aws iam create-policy --path /boundaries/ --policy-name bookshop-dev --policy-document \
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
  {"Sid": "NoScanOfUsers", "Effect": "Deny", "Action": "dynamodb:Scan", "Resource": "arn:aws:dynamodb:*:*:table/users"}]}'
aws ssm put-parameter --type String --name /amplify-boundary/dev --value arn:aws:iam::123456789012:policy/boundaries/bookshop-dev
aws cloudformation create-stack --stack-name bookshop --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND --template-body '{"Transform": "AmplifyBoundary",
  "Parameters": {"env": {"Type": "String", "Default": "dev"}}, "Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "bookshop",
  "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}, "PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundaries/bookshop-dev"}}}}'
