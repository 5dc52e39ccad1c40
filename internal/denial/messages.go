package denial

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Section is a group of messages: the title of a table in docs/troubleshooting.md.
type Section string

// The sections.
const (
	CloudFormation Section = "Messages of CloudFormation"
	Resources      Section = "Resources"
	Environments   Section = "Environment and project"
	Registry       Section = "The registry"
	Function       Section = "The function"
	Nested         Section = "Messages about nested stacks"
	Guard          Section = "Messages of the guard"
	Command        Section = "Messages of the command"
)

// Message is a message of the product, or one of CloudFormation about it. Its texts are Markdown, as the page has them.
type Message struct {
	Section Section
	Says    string // one or more messages; "…" stands for what differs
	Means   string
	Do      string
}

// Messages returns the messages that are explained, in the order of docs/troubleshooting.md, which a test compares with
// them.
func Messages() []Message {
	return []Message{
		{CloudFormation, "`Received malformed response from transform …`", "The function gave no answer: it did not start, ran out of time, or is gone. Your template is not the cause.", "The operator looks at the function's last log lines, which name a bad setting: `aws logs tail /aws/lambda/FUNCTION --since 1h`, where the macro's stack names FUNCTION."},
		{CloudFormation, "`No transform named … found`", "The macro is not registered in this account and region, or has another name.", "Ask the operator for its name, and whether it is deployed here."},
		{CloudFormation, "`Requires capabilities : [CAPABILITY_AUTO_EXPAND]`", "A macro changes the template, which needs this capability.", "Deploy with `--capabilities CAPABILITY_AUTO_EXPAND`, beside the capabilities that you give now."},
		{CloudFormation, "`Scope ARN: … does not exist or is not attachable`", "The policy that is the environment's boundary no longer exists, or is not in this account.", "Ask the operator, who finds it with `amplify-boundary doctor`."},
		{CloudFormation, "`a permissions error performing a tagging operation`", "CloudFormation hides the denial of the call that creates the resource, often `iam:CreateRole`, with this message.", "Find that denial in the stack's first failed event, or in CloudTrail, and explain it."},
		{Resources, "`… cannot set the permissions boundary on every role (…)`", "One or more of the resources in brackets could be, or create, a role without the boundary. Each has its reason.", "Follow the advice at the end of the message."},
		{Resources, "`more than … resources`", "CloudFormation allows 500.", "Split the template."},
		{Resources, "`no string Type`", "A resource without a literal `Type` could be a role.", "Give it one; if a loop makes it, list `AWS::LanguageExtensions` before the macro."},
		{Resources, "`a loop variable in Type …`", "The type is known only when the loop is expanded.", "List `AWS::LanguageExtensions` before the macro."},
		{Resources, "`… is not a type name`", "CloudFormation could read such a `Type` as another one.", "Write it as `A::B::C`, or as `Custom::…`."},
		{Resources, "`Fn::ForEach inside`", "A loop in a resource could yield the name `PermissionsBoundary`.", "List `AWS::LanguageExtensions` before the macro."},
		{Resources, "`a loop variable in the name of a member`", "A name with a loop variable could become `PermissionsBoundary`.", "List `AWS::LanguageExtensions` before the macro."},
		{Resources, "`not [identifier, collection, {resources}]`", "The loop does not have the right form.", "Correct it, or list `AWS::LanguageExtensions` before the macro, which then says what is wrong."},
		{Resources, "`an intrinsic function instead of a resource`", "It could yield a role.", "Write the resource itself."},
		{Resources, "`a leftover Fn::Transform`", "CloudFormation runs inner transforms first, so the macro does not understand one that is left.", "Expand it by hand."},
		{Resources, "`AWS::Serverless::…`", "SAM has not run yet, and it creates roles.", "List the macro after `AWS::Serverless-2016-10-31`."},
		{Resources, "`…::MODULE`", "The macro cannot see the roles of a module.", "Inline the module's resources."},
		{Resources, "`Properties is not an object`", "`Properties` of a role is a list, a string, or a number.", "Make it an object."},
		{Resources, "`Properties is a single intrinsic function`", "Its value could lack the boundary.", "Write the properties as an object, with functions only inside."},
		{Resources, "`another PermissionsBoundary`", "The operator's setting refuses such templates (`EXISTING_BOUNDARY=reject`).", "Remove `PermissionsBoundary`."},
		{Resources, "`a PermissionsBoundary that may be absent or not a policy's ARN`", "The operator keeps boundaries (`EXISTING_BOUNDARY=keep`), but only if they cannot be absent.", "Write an ARN, or remove the property: see [settings](settings.md#existing-boundaries)."},
		{Resources, "`Resources as a template has`, `a string Type as a resource has`, `… as a role's properties have`, `resources as a map of resources has`", "The fragment has two possible meanings, and with the wrong one its roles would have no boundary. A map of resources with a logical ID `AssumeRolePolicyDocument` or `Resources` is an example.", "Declare the macro in the template's `Transform` section."},
		{Resources, "`is neither a template, a map of resources, a resource, nor a role's properties`", "`Fn::Transform` is in a position that the macro does not support.", "Declare the macro in the `Transform` section, or in one of [these positions](tools.md#any-template)."},
		{Resources, "`Resources is not an object`", "The section is a list, a string, or a number.", "Write it as a map from logical IDs to resources."},
		{Resources, "`the fragment would have … bytes with its boundaries`, `the answer would have … bytes, more than the … that Lambda passes on`", "The template is too large for a macro.", "Split it."},
		{Resources, "`… is not valid JSON at byte …: …`, `… is not an object`, `… has more than … members`", "The request, or the file that you gave, is not valid.", "Correct it at that position."},
		{Environments, "`no environment is set: add the transform parameter Environment`", "Nothing names the stack's environment.", "Add the transform parameter `Environment`, or the template parameter `env`."},
		{Environments, "`the template names environment … (…), but this account accepts only environment … (…)`", "The operator fixed the environment of this account. The brackets say where each was set.", "Deploy the stack in the right account, or remove the name."},
		{Environments, "`the template names project … (…), but this account accepts only project … (…)`", "The operator fixed the project of this account. The brackets say where each was set.", "Deploy the stack in the right account, or remove the name."},
		{Environments, "`the template names project … (…), but the environment is fixed to … (…)`", "A project's boundaries would take precedence over those of the environment that the operator fixed.", "Remove the project, or ask the operator for the setting `PROJECT`."},
		{Environments, "`… names environment …, but … names environment …`", "Two of the template's parameters disagree.", "Give the transform the parameter `Environment`, which takes precedence."},
		{Environments, "`the … name in … is not known yet`", "A change set that includes nested stacks does not know outputs of other resources yet.", "Pass the name as a literal, or as the transform's parameter."},
		{Environments, "`bad … name in …`", "It is not a string, refers to a missing parameter, or has characters other than `A-Z a-z 0-9 _ . -`.", "Correct it where the message says."},
		{Environments, "`the template has no parameter … for the environment; add it to the Parameters section`", "`declare --environment-parameter` names a missing template parameter.", "Add it, or name another one."},
		{Environments, "`unknown transform parameter …`", "The parameters are `Environment`, `Project`, and `Revision`.", "Remove it, or correct its spelling."},
		{Registry, "`environment … has no boundary: …`, `no SSM parameter found (looked up …)`", "Nobody recorded a boundary for this name; perhaps it is mistyped.", "Correct the name, or run the command that the message gives."},
		{Registry, "`SSM parameter … fixes account … to environment …, but …`", "The hierarchy fixes this account to an environment that has no boundary.", "The operator adds the environment, or corrects the account's entry."},
		{Registry, "`SSM parameter … holds …; its value is not shown, since it may be a secret`, `neither a policy ARN (…) nor none`", "The value is not a boundary. It is not shown, because it could be a secret.", "Write one with `amplify-boundary env update`."},
		{Registry, "`… is not a placeholder; there are …`", "`${...}` with another name than the five placeholders.", "Correct the value."},
		{Registry, "`SSM parameter … cannot hold …; …`", "With this placeholder, the author of a template could choose the policy.", "Write the value without it, or in the SSM parameter that the message names."},
		{Registry, "`SSM parameter … holds …: …`", "The value is a boundary, but not one for this stack; the rest of the message says why.", "The operator corrects the value."},
		{Registry, "`the policy is in account …, but the stack is in account …`", "IAM accepts a boundary only from the role's own account.", "Use `${AWS::AccountId}`, or a policy of that account."},
		{Registry, "`the policy is in partition …, but region … is in partition …`", "IAM accepts a boundary only from the partition of the role, such as `aws-cn`.", "Use `${AWS::Partition}`."},
		{Registry, "`placeholder … cannot be replaced: …`: `the template names no project`, `no environment is named`, `the region is not known` or `the account is not known`", "The placeholder's value is not known.", "Set it, or write the boundary without the placeholder."},
		{Registry, "`it resolves to …: …`, `it resolves to a name of … characters in a path of …`", "After its placeholders are replaced, the value is not an ARN that IAM accepts.", "Shorten or correct it."},
		{Registry, "`SSM parameter … says …, but every environment must have a boundary here`", "The operator's setting `ALLOW_NONE` is `false`.", "Give the environment a boundary."},
		{Registry, "`its name is not that of an environment, an account, or an exception, so nothing reads it`", "An SSM parameter below the prefix has a name that the product does not use.", "Remove it, or correct its name."},
		{Registry, "`SSM parameter … does not hold the name of an environment`", "The entry that fixes an account's environment is malformed.", "Write the environment's name to it."},
		{Registry, "`access denied`", "The function, or you, are not allowed to read the registry.", "Allow the action that the message names."},
		{Registry, "`throttled, after several attempts`", "AWS refused the calls because there were too many.", "Try again later."},
		{Registry, "`no answer in time`, `no connection to …`, `the answer cannot be read as …'s`, `the answer of … broke off`, `the answer of Parameter Store says nothing about …`, `error from …: …`", "AWS, the network, or the endpoint that is set did not answer as it should.", "Try again; check the endpoint (`ParameterStoreEndpoint`)."},
		{Registry, "`the KMS key of a SecureString cannot be used`", "The key is disabled or gone.", "Enable it, or write the value again."},
		{Function, "`setting … is …; it must be …`, `setting … is …, which needs setting …`, `… is …; it must be …`, `AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set`", "Only in the log: the function stops at its start, and deployments read `Received malformed response`.", "Update the macro's stack with the right parameter."},
		{Function, "`internal error; please report it with the stack in the function's log`, `the edit of bytes … overlaps another, or is outside the text of … bytes`", "An error of the macro, which refused the template.", "Report it as an issue, or as [SECURITY](../SECURITY.md) says if an author could exploit it."},
		{Function, "`the request has no member … that is …`", "The caller is not CloudFormation.", "Check the caller; for `amplify-boundary invoke`, check the file."},
		{Function, "`the templates of nested stacks cannot be read here`", "Only with `amplify-boundary invoke`: it has no S3.", "Run it with `NESTED_STACKS=ignore`."},
		{Nested, "`TemplateURL is not a string`, `TemplateURL is not a URL`, `the scheme of TemplateURL is not https`, `the host of TemplateURL is not a host of S3`, `the query of TemplateURL is neither versionId nor a signature`, `TemplateURL names no bucket`, `TemplateURL names no object`, `TemplateURL contains a segment . or ..`, `TemplateURL contains a \"+\", which could mean a space`, `TemplateURL contains a signature in its path`", "CloudFormation does not accept the URL for a template, or the function does not contact it.", "Correct `TemplateURL`."},
		{Nested, "`TemplateURL cannot be evaluated: …`, such as `only CloudFormation knows its value`", "The URL needs a value that the macro cannot know, such as another resource's output, or a condition that is not known: [nested-stacks.md](nested-stacks.md#how-a-nested-stack-is-processed) lists them.", "Make it a literal, or build it from template parameters and mappings. If its evaluation would produce too much, simplify the expression."},
		{Nested, "`the template does not exist`, `the bucket does not exist`", "Nothing was uploaded there, or the URL is mistyped.", "Upload the template, or correct the URL."},
		{Nested, "`access denied, or the template does not exist (…)`", "The function is not allowed to read the bucket, or the object is missing: S3 does not say which.", "The operator adds the bucket to `NestedTemplateBuckets` or `ForeignTemplateBuckets`. If a KMS key of yours encrypts the object, the function's role also needs `kms:Decrypt`."},
		{Nested, "`S3 refuses the signature of TemplateURL`, `S3 answers its presigned URL with status …`", "The presigned URL expired.", "Deploy again; if the message says `after several attempts`, wait first."},
		{Nested, "`the bucket is in another region`", "S3 names another region than the URL.", "Write the URL with the bucket's region."},
		{Nested, "`larger than 1 MB, CloudFormation's limit`, `larger than 1 MB with the declaration of the macro`", "CloudFormation does not accept a template of this size.", "Split the nested template."},
		{Nested, "`it does not declare the macro`", "With `require`, each nested template must declare the macro.", "Run `amplify-boundary declare FILE`."},
		{Nested, "`it declares the macro, but not last`", "A transform after the macro could add roles without the boundary.", "List it last there."},
		{Nested, "`it declares a macro of this name of another account`", "The macro of this account does not run there.", "Remove that declaration."},
		{Nested, "`the macro cannot be declared in it`: `the macro is declared, but another transform comes after it`, `the macro is declared twice`, `the Transform section cannot be edited without changing something else; edit it by hand`", "An edit would change what the template means. `amplify-boundary declare` has the same message for a file.", "Change its `Transform` section by hand."},
		{Nested, "`it is not a template`, `it cannot be read as a template (…)`", "The URL leads to something that is not a template, or to a broken one; the reason is in the brackets.", "Correct the URL, or the template."},
		{Nested, "`not a template: it has no Resources section`, `not valid UTF-8`, `not valid JSON: …`, `not valid YAML: …`, `a second YAML document begins here`, `a control character`, `alias …: CloudFormation does not accept aliases`, `merge key <<`, `a map or a list is used as a key`, `CloudFormation does not accept tag … here`, `!GetAtt names no attribute`, `nested more than … levels deep`, `a transform must be a name, an object with Name and Parameters, or a list of these`", "The template cannot be read.", "Correct the line that the message names."},
		{Nested, "`not reached before the function's deadline`", "There are too many nested templates, or S3 answers too slowly.", "Raise the function's `Timeout`, or split the template that has the nested stacks."},
		{Nested, "`… nested stacks, more than the … resources that CloudFormation accepts in a template`", "CloudFormation would refuse the template too.", "Split the template."},
		{Nested, "`the value that the macro gets does not give a URL of S3 (…)`", "`TemplateURL` uses a template parameter whose value CloudFormation looks up in Parameter Store, or does not show to macros (`NoEcho`).", "Pass the URL, or its parts, as plain parameters."},
		{Nested, "`the template is not a file`, `the file does not exist`, `the path of the file is absolute`, `the file is outside the directory, or a link leads out of it`, `it is not a regular file`", "The commands read templates of nested stacks only below the directory that was given, or below that of the file that was given.", "Give a directory that contains the nested templates."},
		{Guard, "`it has no permissions boundary`", "The role was about to be created without one.", "Declare the macro in its template and deploy again."},
		{Guard, "`its permissions boundary is not the ARN of a policy of this account or of AWS`", "IAM would refuse it too.", "Declare the macro, and remove the boundary from the template."},
		{Guard, "`its permissions boundary is …`", "It is not one that the registry gives for this environment.", "Declare the macro, or remove the boundary from the template if it declares it already."},
		{Guard, "`environment … has none, but only the setting … can prove the environment`", "The environment needs no boundary, but a stack's name does not prove that the stack belongs to it.", "The operator fixes the environment of the account, or sets `GuardPassesNone`."},
		{Guard, "`the guard could not check the role: …`", "The guard could not read the registry, so it let nothing pass.", "The operator removes the reason, which follows: it is one of [the registry's](#the-registry)."},
		{Guard, "`internal error of the guard; please report it`", "An error of the guard itself, which let nothing pass.", "Report it as an issue."},
		{Guard, "`the event is not a hook event: …`", "The guard was not called by a CloudFormation hook.", "For `amplify-boundary guard`, check the file."},
		{Guard, "`the event is not one of AWS Config: …`, `the configuration item has no member …`", "The function was not called by AWS Config, or AWS Config changed the form of its events.", "If AWS Config called it, report it as an issue."},
		{Command, "`there are no usable AWS credentials`", "The AWS SDK finds none.", "Set a profile (`--profile`), or the AWS environment variables."},
		{Command, "`the AWS credentials are refused (…)`", "They expired, or are wrong.", "Renew them."},
		{Command, "`it exists already`", "The registry has an entry of this name.", "Use `amplify-boundary env update` to change it."},
		{Command, "`it was changed meanwhile`", "Somebody else wrote it at the same time.", "Check it with `amplify-boundary env show`, and run the command again."},
		{Command, "`… in registry file …`, `read registry file`, `write registry file`, `the value of … is not a string`", "The file that `--registry` names cannot be read or written, or is not an object with SSM parameters' names and values.", "Correct the file, or name another one."},
		{Command, "`only Parameter Store keeps a history`", "A local registry file has none.", "Use Parameter Store."},
	}
}

// code matches code in Markdown, and link a link.
var (
	code = regexp.MustCompile("`([^`]+)`")
	link = regexp.MustCompile(`\[([^]]+)\]\(([^)]+)\)`)
)

// Patterns returns the message's texts.
func (m Message) Patterns() []string {
	var list []string
	for _, match := range code.FindAllStringSubmatch(m.Says, -1) {
		list = append(list, match[1])
	}
	return list
}

// pattern is a text of a message.
type pattern struct {
	*Message
	text     string
	literals []string // what the text has in this order, with anything between them
	anchor   string   // the longest of them
}

// patterns returns the texts of all messages.
var patterns = sync.OnceValue(func() []pattern {
	var list []pattern
	for _, m := range Messages() {
		for _, text := range m.Patterns() {
			p := pattern{Message: &m, text: text, literals: strings.Split(strings.Trim(text, "… "), "…")}
			p.anchor = slices.MaxFunc(p.literals, func(a, b string) int { return len(a) - len(b) })
			list = append(list, p)
		}
	}
	return list
})

// isFoundAnywhere reports whether the text is looked for in whatever text. Other messages have more common words; they
// are looked for only where one of the product begins.
func (p pattern) isFoundAnywhere() bool { return p.Section == CloudFormation || p.Section == Guard }

// match returns the offset at which a text has the pattern.
func (p pattern) match(text string) (begin int, found bool) {
	end := 0
	for i, literal := range p.literals {
		at := strings.Index(text[end:], literal)
		if at < 0 {
			return 0, false
		}
		if i == 0 {
			begin = at
		}
		end += at + len(literal)
	}
	return begin, true
}

// found returns the message as it is found, in the failure of a macro if one is named.
func (p pattern) found(macro string) Found {
	return Found{Macro: macro, Message: p.Message, Text: p.text}
}

// messagesIn returns the messages with at least a number of words that a text has, in its order: those that are asked
// for, or all. A message that is a part of a longer one is not meant.
func messagesIn(text string, words int, asked func(pattern) bool) []pattern {
	type match struct {
		pattern
		begin int
	}
	var matches []match
	for _, p := range patterns() {
		if asked != nil && !asked(p) {
			continue
		}
		if begin, found := p.match(text); found && len(strings.Fields(strings.Join(p.literals, ""))) >= words {
			matches = append(matches, match{p, begin})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return a.begin - b.begin })
	var list []pattern
	for i, m := range matches {
		isPart := slices.ContainsFunc(matches, func(other match) bool {
			return other.anchor != m.anchor && strings.Contains(other.anchor, m.anchor)
		})
		isRepeated := slices.ContainsFunc(matches[:i], func(other match) bool { return other.Says == m.Says })
		if !isPart && !isRepeated {
			list = append(list, m.pattern)
		}
	}
	return list
}

// plain returns Markdown as text.
func plain(markdown string) string {
	text := link.ReplaceAllStringFunc(markdown, func(found string) string {
		match := link.FindStringSubmatch(found)
		page := "docs/" + match[2]
		if strings.HasPrefix(match[2], "#") {
			page = "docs/troubleshooting.md" + match[2]
		}
		if file, isAbove := strings.CutPrefix(match[2], "../"); isAbove {
			page = file
		}
		return match[1] + " (" + page + ")"
	})
	return strings.ReplaceAll(text, "`", "")
}
