package denial

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Section is a group of messages: the title of a list in docs/troubleshooting.md.
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
	Means   string // "" if the message says it
	Do      string
}

// Messages returns the messages that are explained, in the order of docs/troubleshooting.md, which a test compares with
// them.
func Messages() []Message {
	return []Message{
		{CloudFormation, "`Received malformed response from transform …`", "The function gave no answer. Your template is not the cause.", "The operator reads its log, which names a bad setting: `aws logs tail /aws/lambda/FUNCTION --since 1h`, where the macro's stack names FUNCTION."},
		{CloudFormation, "`No transform named … found`", "This account and region have no macro of this name.", "Ask the operator for the macro's name."},
		{CloudFormation, "`Requires capabilities : [CAPABILITY_AUTO_EXPAND]`", "A macro changes the template.", "Add `CAPABILITY_AUTO_EXPAND` to `--capabilities`."},
		{CloudFormation, "`Scope ARN: … does not exist or is not attachable`", "The boundary's policy does not exist in this account.", "The operator runs `amplify-boundary doctor`."},
		{CloudFormation, "`a permissions error performing a tagging operation`", "It hides another denial, often of `iam:CreateRole`.", "Find it in the stack's first failed event or in CloudTrail, and explain it."},
		{Resources, "`… cannot set the permissions boundary on every role (…)`", "Each resource in brackets could be or create a role without it.", "Follow the advice at the end of the message."},
		{Resources, "`more than … resources`, `the fragment would have … bytes`, `the answer would have … bytes`", "CloudFormation allows 500, and a macro a limited size.", "Split the template."},
		{Resources, "`no string Type`", "", "Give it one; for a loop, list `AWS::LanguageExtensions` before the macro."},
		{Resources, "`a loop variable in Type …`, `a loop variable in the name of a member`, `Fn::ForEach inside`", "Only the expanded loop shows what this is.", "List `AWS::LanguageExtensions` before the macro."},
		{Resources, "`not [identifier, collection, {resources}]`", "", "Correct the loop."},
		{Resources, "`… is not a type name`", "", "Write it as `A::B::C`, or as `Custom::…`."},
		{Resources, "`an intrinsic function instead of a resource`", "", "Write the resource itself."},
		{Resources, "`a leftover Fn::Transform`", "", "Expand it by hand."},
		{Resources, "`AWS::Serverless::…`", "SAM creates roles, and has not run yet.", "List the macro after `AWS::Serverless-2016-10-31`."},
		{Resources, "`…::MODULE`", "The macro cannot see the roles of a module.", "Inline the module's resources."},
		{Resources, "`Properties is not an object`, `Properties is a single intrinsic function`, `Resources is not an object`", "The macro could miss a role.", "Write an object, with functions only inside."},
		{Resources, "`another PermissionsBoundary`", "`EXISTING_BOUNDARY=reject` refuses it.", "Remove it."},
		{Resources, "`a PermissionsBoundary that may be absent or not a policy's ARN`", "`EXISTING_BOUNDARY=keep` keeps only boundaries that cannot be absent.", "Write an ARN, or [remove it](settings.md#existing-boundaries)."},
		{Resources, "`Resources as a template has`, `a string Type as a resource has`, `… as a role's properties have`, `resources as a map of resources has`", "The fragment has two possible meanings.", "Declare the macro in the template's `Transform` section."},
		{Resources, "`is neither a template, a map of resources, a resource`", "The macro does not support this position of `Fn::Transform`.", "Declare it in [another](tools.md#any-template)."},
		{Resources, "`… is not valid JSON at byte …: …`, `… is not an object`, `… has more than … members`", "", "Correct the request, or your file, at that position."},
		{Environments, "`no environment is set: add the transform parameter Environment`", "", "Add it, or the template parameter `env`."},
		{Environments, "`but this account accepts only environment …`, `but this account accepts only project …`", "The operator fixed it for this account. The brackets say where each was set.", "Deploy the stack in the right account, or remove the name."},
		{Environments, "`but the environment is fixed to …`", "A project's boundaries would take precedence.", "Remove the project, or ask the operator for the setting `PROJECT`."},
		{Environments, "`… names environment …, but … names environment …`", "", "Give the transform the parameter `Environment`."},
		{Environments, "`the … name in … is not known yet`", "A change set with nested stacks does not know other resources' outputs yet.", "Pass the name as a literal."},
		{Environments, "`bad … name in …`", "It must be a string of `A-Z a-z 0-9 _ . -`, or refer to one.", "Correct it where the message says."},
		{Environments, "`the template has no parameter … for the environment`", "", "Add it, or give `declare --environment-parameter` another."},
		{Environments, "`unknown transform parameter …`", "There are `Environment`, `Project`, and `Revision`.", "Correct it."},
		{Registry, "`environment … has no boundary: …`, `no SSM parameter found (looked up …)`", "The name is mistyped, or has no boundary yet.", "Correct it, or run the command in the message."},
		{Registry, "`SSM parameter … fixes account … to environment …, but …`", "", "Add the environment, or correct the account's entry."},
		{Registry, "`its value is not shown, since it may be a secret`, `neither a policy ARN (…) nor none`", "", "Write one with `amplify-boundary env update`."},
		{Registry, "`… is not a placeholder; there are …`", "", "Correct the value."},
		{Registry, "`SSM parameter … cannot hold …; …`", "A template's author could choose the policy with this placeholder.", "Write the value where the message says, or without it."},
		{Registry, "`SSM parameter … holds …: …`", "The boundary does not fit this stack, as the rest says.", "The operator corrects the value."},
		{Registry, "`the policy is in account …, but the stack is in account …`, `the policy is in partition …, but region … is in partition …`", "IAM accepts only the role's own account and partition.", "Use `${AWS::AccountId}` and `${AWS::Partition}`."},
		{Registry, "`placeholder … cannot be replaced: …`: `the template names no project`, `no environment is named`, `the region is not known` or `the account is not known`", "", "Set it, or drop the placeholder."},
		{Registry, "`it resolves to …: …`, `it resolves to a name of … characters in a path of …`", "IAM does not accept this ARN.", "Shorten or correct it."},
		{Registry, "`but every environment must have a boundary here`", "`ALLOW_NONE` is `false`.", "Give the environment a boundary."},
		{Registry, "`its name is not that of an environment, an account, or an exception`", "", "Remove it, or correct its name."},
		{Registry, "`SSM parameter … does not hold the name of an environment`", "", "Write an environment's name to it."},
		{Registry, "`access denied`", "", "Allow the action that the message names."},
		{Registry, "`throttled, after several attempts`", "", "Try again later."},
		{Registry, "`no answer in time`, `no connection to …`, `the answer cannot be read as …'s`, `the answer of … broke off`, `the answer of Parameter Store says nothing about …`, `error from …: …`", "AWS, the network, or the endpoint failed.", "Try again; check the endpoint (`ParameterStoreEndpoint`)."},
		{Registry, "`the KMS key of a SecureString cannot be used`", "", "Enable the key, or write the value again."},
		{Function, "`setting … is …; it must be …`, `setting … is …, which needs setting …`, `… is …; it must be …`, `AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set`", "Only in the log of a function that does not start.", "Correct the parameter of the macro's stack."},
		{Function, "`internal error; please report it with`, `the edit of bytes … overlaps another`", "An error of the macro, which refused the template.", "Report it as [SECURITY](../SECURITY.md) says if an author could exploit it, otherwise as an issue."},
		{Function, "`the request has no member … that is …`", "", "For `amplify-boundary invoke`, check the file."},
		{Function, "`the templates of nested stacks cannot be read here`", "`amplify-boundary invoke` has no S3.", "Run it with `NESTED_STACKS=ignore`."},
		{Nested, "`TemplateURL is not a string`, `TemplateURL is not a URL`, `the scheme of TemplateURL is not https`, `the host of TemplateURL is not a host of S3`, `the query of TemplateURL is neither versionId nor a signature`, `TemplateURL names no bucket`, `TemplateURL names no object`, `TemplateURL contains a segment . or ..`, `TemplateURL contains a \"+\", which could mean a space`, `TemplateURL contains a signature in its path`", "CloudFormation does not accept the URL, or the function does not contact it.", "Correct `TemplateURL`."},
		{Nested, "`TemplateURL cannot be evaluated: …`, such as `only CloudFormation knows its value`", "The URL needs [a value that the macro cannot know](nested-stacks.md#how-a-nested-stack-is-processed).", "Build it from literals, template parameters, and mappings."},
		{Nested, "`the template does not exist`, `the bucket does not exist`", "", "Upload the template, or correct the URL."},
		{Nested, "`access denied, or the template does not exist (…)`", "S3 does not say which.", "Check the URL. The operator adds the bucket to `NestedTemplateBuckets` or `ForeignTemplateBuckets`, or allows `kms:Decrypt`."},
		{Nested, "`S3 refuses the signature of TemplateURL`, `S3 answers its presigned URL with status …`", "", "Deploy again: the presigned URL expired."},
		{Nested, "`the bucket is in another region`", "", "Write the URL with the bucket's region."},
		{Nested, "`larger than 1 MB, CloudFormation's limit`, `larger than 1 MB with the declaration of the macro`, `… nested stacks, more than the … resources`", "CloudFormation does not accept it.", "Split the template."},
		{Nested, "`it does not declare the macro`, `it declares the macro, but not last`", "", "Run `amplify-boundary declare FILE`, or list the macro last there."},
		{Nested, "`it declares a macro of this name of another account`", "", "Remove that declaration."},
		{Nested, "`the macro cannot be declared in it`: `the macro is declared, but another transform comes after it`, `the macro is declared twice`, `the Transform section cannot be edited`", "An edit would change what the template means.", "Change its `Transform` section by hand."},
		{Nested, "`it is not a template`, `it cannot be read as a template (…)`", "", "Correct the URL, or the template."},
		{Nested, "`not a template: it has no Resources section`, `not valid UTF-8`, `not valid JSON: …`, `not valid YAML: …`, `a second YAML document begins here`, `a control character`, `alias …: CloudFormation does not accept aliases`, `merge key <<`, `a map or a list is used as a key`, `CloudFormation does not accept tag … here`, `!GetAtt names no attribute`, `nested more than … levels deep`, `a transform must be a name`", "", "Correct the line that the message names."},
		{Nested, "`not reached before the function's deadline`", "", "Raise the function's `Timeout`, or split the parent template."},
		{Nested, "`the value that the macro gets does not give a URL of S3 (…)`", "Macros get no `NoEcho` values, and none from Parameter Store.", "Pass the URL as a plain parameter."},
		{Nested, "`the template is not a file`, `the file does not exist`, `the path of the file is absolute`, `the file is outside the directory`, `it is not a regular file`", "", "Give a directory that contains the nested templates."},
		{Guard, "`it has no permissions boundary`", "", "Declare the macro in its template and deploy again."},
		{Guard, "`its permissions boundary is not the ARN of a policy`", "IAM would refuse it too.", "Declare the macro, and remove the template's own boundary."},
		{Guard, "`its permissions boundary is …`", "The registry does not give it for this environment.", "Declare the macro, or remove the template's own boundary."},
		{Guard, "`but only the setting … can prove the environment`", "A stack's name, which anyone can choose, does not prove it.", "The operator fixes the environment of the account, or sets `GuardPassesNone`."},
		{Guard, "`the guard could not check the role: …`", "It let nothing pass.", "The reason follows: [the registry](#the-registry)."},
		{Guard, "`internal error of the guard; please report it`", "", "Report it as an issue."},
		{Guard, "`the event is not a hook event: …`", "", "For `amplify-boundary guard`, check the file."},
		{Guard, "`the event is not one of AWS Config: …`, `the configuration item has no member …`", "", "If AWS Config called it, report it as an issue."},
		{Command, "`there are no usable AWS credentials`, `the AWS credentials are refused (…)`", "", "Set a profile (`--profile`) or the AWS environment variables, or renew them."},
		{Command, "`it exists already`", "", "Change it with `amplify-boundary env update`."},
		{Command, "`it was changed meanwhile`", "", "Check it with `amplify-boundary env show`, and run the command again."},
		{Command, "`… in registry file …`, `read registry file`, `write registry file`, `the value of … is not a string`", "", "Correct the file, which maps SSM parameters' names to values, or name another."},
		{Command, "`only Parameter Store keeps a history`", "", "Use Parameter Store."},
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
