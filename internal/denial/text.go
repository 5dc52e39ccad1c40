package denial

import (
	"cmp"
	"slices"
	"strings"
)

// located is what was found at an offset.
type located struct {
	Found
	at int
}

// forms are how denials and messages begin: with an anchor, words that have few other uses, at which one is read.
var forms = []struct {
	anchor string
	read   func(text string, at int) []Found
}{
	{"authorized", denialAt},
	{"Encoded authorization", encodedAt},
	{"API:", callAt},
	{"Transform", refusalAt},
	{"amplify-boundary: error:", errorAt},
}

// scan returns what a text has that is not JSON, in its order.
func scan(text string) []Found {
	text = strings.NewReplacer(`\u0022`, `"`, "&quot;", `"`, "&#34;", `"`).Replace(text) // as JSON in a log, XML, and HTML have it
	var list []located
	for _, form := range forms {
		for at := next(text, 0, form.anchor); at >= 0; at = next(text, at+len(form.anchor), form.anchor) {
			for _, f := range form.read(text, at) {
				list = append(list, located{f, at})
			}
		}
	}
	for _, p := range patterns() {
		if !p.isFoundAnywhere() {
			continue
		}
		for at := next(text, 0, p.anchor); at >= 0; {
			line, end := lineAround(text, at)
			if found := messagesIn(line, 1, pattern.isFoundAnywhere); len(found) > 0 && found[0].text == p.text {
				list = append(list, located{p.found(""), at})
			}
			at = next(text, end, p.anchor)
		}
	}
	slices.SortStableFunc(list, func(a, b located) int { return cmp.Compare(a.at, b.at) })
	var found []Found
	for i, l := range list {
		// An encoded message is a part of the denial before it.
		if isPart := i > 0 && l.Found == (Found{Encoded: list[i-1].Encoded}); !isPart {
			found = append(found, l.Found)
		}
	}
	return found
}

// next returns the offset of a word from an offset on, or -1.
func next(text string, from int, word string) int {
	if at := strings.Index(text[from:], word); at >= 0 {
		return from + at
	}
	return -1
}

// lineAround returns what is around an offset in its line, at most as much as a field can hold on each side, and the
// offset at which that ends.
func lineAround(text string, at int) (line string, end int) {
	left, right := text[max(0, at-fieldLimit):at], text[at:min(len(text), at+fieldLimit)]
	right, _, _ = strings.Cut(right, "\n")
	return left[strings.LastIndexByte(left, '\n')+1:] + right, at + len(right)
}

// denialAt reads a denial at its word "authorized": "User: X is not authorized to perform: A on resource: R because ...".
func denialAt(text string, at int) []Found {
	c := &cursor{text, at + len("authorized")}
	not, begin := before(text, at)
	verb, begin := before(text, begin)
	if not != "not" || !c.words("to", "perform") {
		return nil
	}
	if verb == "are" && c.words("this", "operation") {
		return operationAt(c, begin)
	}
	c.skip(":")
	f := Found{Action: c.action()}
	if f.Action == "" {
		return nil
	}
	if verb == "is" {
		f.Principal = principalBefore(text, begin)
	}
	c.skip(quotes)
	if c.words("on", "resource:") {
		f.Resource = c.resource()
	}
	c.skip(quotes)
	c.reason(&f)
	c.skip(".")
	f.Encoded = c.encoded()
	return []Found{f}
}

// principalBefore returns the principal that is named before an offset.
func principalBefore(text string, at int) string {
	word, begin := before(text, at)
	if i := strings.LastIndex(word, "arn:"); i >= 0 {
		return strings.Trim(word[i:], quotes)
	}
	if user, _ := before(text, begin); strings.HasSuffix(user, "User:") {
		return strings.Trim(word, quotes)
	}
	return ""
}

// resource returns the resource that is named at the cursor: an ARN, or a type and a name.
func (c *cursor) resource() string {
	c.skip(whiteSpace + "\\")
	if strings.HasPrefix(c.text[c.at:], `"`) { // a name that can have spaces
		rest := c.text[c.at+1 : min(len(c.text), c.at+1+fieldLimit)]
		if end := strings.IndexAny(rest, "\"\\\n"); end >= 0 {
			c.at += 1 + end
			return rest[:end]
		}
	}
	resource := c.token()
	for _, kind := range []string{"role", "user", "group", "policy", "policy path", "instance", "instance profile"} {
		if resource == kind && !c.words("because") && !c.words("with") {
			resource += " " + c.token()
		}
	}
	return resource
}

// reason reads which policy denies: "because no T allows the A action", or "with an explicit deny in a T: ARN".
func (c *cursor) reason(f *Found) {
	if c.words("because", "no") {
		f.Policy = c.policyType()
		if c.words("allows", "the") {
			c.token()
			c.words("action")
		}
		return
	}
	if f.Explicit = c.words("with", "an", "explicit", "deny"); !f.Explicit || !c.words("in") {
		return
	}
	_ = c.words("an") || c.words("a") || c.words("the")
	if f.Policy = c.policyType(); f.Policy != Unnamed && strings.HasPrefix(c.text[c.at:], ":") {
		c.at++
		f.PolicyARN = c.arn()
	}
}

// policyType moves over a type of policy.
func (c *cursor) policyType() PolicyType {
	for _, t := range policyTypes() {
		if c.words(strings.Fields(string(t))...) {
			return t
		}
	}
	if c.words("sessions", "policy") { // as AWS's documentation spells it in one example
		return Session
	}
	return Unnamed
}

// encoded returns EC2's encoded message, if it is at the cursor.
func (c *cursor) encoded() string {
	if c.words("Encoded", "authorization", "failure", "message:") {
		return c.token()
	}
	return ""
}

// operationAt reads a denial that does not name its action: "You are not authorized to perform this operation." In many,
// a denial that names it follows; what calls the API can have named the action before.
func operationAt(c *cursor, begin int) []Found {
	f := Found{Action: actionBefore(c.text, begin)}
	c.skip(".")
	f.Encoded = c.encoded()
	if f.Action == "" && f.Encoded == "" || c.words("User:") {
		return nil
	}
	return []Found{f}
}

// actionBefore returns the action that is named before the word at an offset: "API: ec2:RunInstances You", or "calling
// the RunInstances operation: You".
func actionBefore(text string, at int) string {
	_, at = before(text, at) // You
	word, begin := before(text, at)
	if word == "operation:" {
		name, begin := before(text, begin)
		if the, _ := before(text, begin); the == "the" && isName(name) {
			return "ec2:" + name // only EC2 has this message
		}
	}
	return (&cursor{text: word}).action()
}

// encodedAt reads an encoded message, which can follow a denial that names the action.
func encodedAt(text string, at int) []Found {
	if encoded := (&cursor{text, at}).encoded(); encoded != "" {
		return []Found{{Encoded: encoded}}
	}
	return nil
}

// callAt reads a denial in which CloudFormation names the call, and the service nothing: "API: s3:CreateBucket Access Denied".
func callAt(text string, at int) []Found {
	c := &cursor{text, at + len("API:")}
	if action := c.action(); action != "" && c.words("Access", "Denied") {
		return []Found{{Action: action}}
	}
	return nil
}

// messageLimit is how many bytes of a message of the product are read. A macro's message has at most half as many.
const messageLimit = 8000

// refusalAt reads the failure of a macro: "Transform ACCOUNT::NAME failed with: MESSAGE. Rollback requested by user."
func refusalAt(text string, at int) []Found {
	c := &cursor{text, at + len("Transform")}
	macro := c.token()
	if account, _, found := strings.Cut(macro, "::"); !found || strings.Trim(account, "0123456789*") != "" || !c.words("failed", "with:") {
		return nil
	}
	return refusals(macro, text[c.at:])
}

// errorAt reads an error of the command.
func errorAt(text string, at int) []Found {
	return refusals("", text[at+len("amplify-boundary: error:"):])
}

// refusals returns the messages in the rest of a line, up to what CloudFormation adds, or up to another failure.
func refusals(macro, text string) []Found {
	text = text[:min(len(text), messageLimit)]
	for _, end := range []string{"\n", "Rollback requested by", "failed with:", "amplify-boundary: error:"} {
		text, _, _ = strings.Cut(text, end)
	}
	if strings.TrimSpace(text) == "" {
		return nil
	}
	var list []Found
	for _, p := range messagesIn(text, 1, nil) {
		list = append(list, p.found(macro))
	}
	return list
}
