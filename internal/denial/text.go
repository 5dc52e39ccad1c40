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

// scan returns what a text has that is not JSON, in its order.
func scan(text string) []Found {
	text = strings.NewReplacer(`\u0022`, `"`, "&quot;", `"`, "&#34;", `"`).Replace(text) // as JSON in a log, XML, and HTML have it
	var list []located
	for _, anchor := range []string{denialAnchor, encodedAnchor, callAnchor, refusalAnchor, errorAnchor} {
		for at := next(text, 0, anchor); at >= 0; at = next(text, at+len(anchor), anchor) {
			for _, f := range readAt(anchor, text, at) {
				list = append(list, located{f, at})
			}
		}
	}
	for _, p := range patterns() {
		if !p.isFoundAnywhere() {
			continue
		}
		for at := next(text, 0, p.anchor); at >= 0; {
			// Its line has at most as much as a field can hold on each side.
			left, right := text[max(0, at-fieldLimit):at], text[at:min(len(text), at+fieldLimit)]
			right, _, _ = strings.Cut(right, "\n")
			if found := messagesIn(left[strings.LastIndexByte(left, '\n')+1:]+right, 1, true); len(found) > 0 && found[0].Text == p.text {
				list = append(list, located{found[0], at})
			}
			at = next(text, at+len(right), p.anchor)
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

// Denials and messages are found by words that have few other uses.
const (
	denialAnchor  = "authorized"
	encodedAnchor = "Encoded authorization"
	callAnchor    = "API:"
	refusalAnchor = "Transform"
	errorAnchor   = "amplify-boundary: error:"
)

// readAt reads what an anchor at an offset belongs to.
func readAt(anchor, text string, at int) []Found {
	c := &cursor{text, at + len(anchor)}
	switch anchor {
	case denialAnchor:
		return c.denial(at)
	case encodedAnchor: // can follow a denial that names the action
		c.at = at
		if encoded := c.encoded(); encoded != "" {
			return []Found{{Encoded: encoded}}
		}
	case callAnchor: // "API: s3:CreateBucket Access Denied": CloudFormation names the call, and the service nothing
		if action := c.action(); action != "" && c.words("Access", "Denied") {
			return []Found{{Action: action}}
		}
	case refusalAnchor: // "Transform ACCOUNT::NAME failed with: MESSAGE. Rollback requested by user."
		macro := c.token()
		if account, _, found := strings.Cut(macro, "::"); found && strings.Trim(account, "0123456789*") == "" && c.words("failed", "with:") {
			return refusals(macro, text[c.at:])
		}
	case errorAnchor: // of the command
		return refusals("", text[c.at:])
	}
	return nil
}

// denial reads a denial after its word "authorized", which is at an offset: "User: X is not authorized to perform: A on
// resource: R because ...".
func (c *cursor) denial(at int) []Found {
	not, begin := before(c.text, at)
	verb, begin := before(c.text, begin)
	if not != "not" || !c.words("to", "perform") {
		return nil
	}
	if verb == "are" && c.words("this", "operation") {
		return c.operation(begin)
	}
	c.skip(":")
	f := Found{Action: c.action()}
	if f.Action == "" {
		return nil
	}
	if verb == "is" {
		word, begin := before(c.text, begin)
		user, _ := before(c.text, begin)
		if i := strings.LastIndex(word, "arn:"); i >= 0 {
			f.Principal = strings.Trim(word[i:], quotes)
		} else if strings.HasSuffix(user, "User:") {
			f.Principal = strings.Trim(word, quotes)
		}
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
		if token := c.token(); strings.HasPrefix(token, "arn:") {
			f.PolicyARN = token
		}
	}
}

// policyType moves over a type of policy.
func (c *cursor) policyType() PolicyType {
	for _, t := range []PolicyType{Boundary, Identity, Resource, Session, ServiceControl, ResourceControl, Endpoint, Trust} {
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

// operation reads a denial that does not name its action: "You are not authorized to perform this operation." In many, a
// denial that names it follows; what calls the API can have named the action before the verb, which is at an offset: "API:
// ec2:RunInstances You", or "calling the RunInstances operation: You".
func (c *cursor) operation(verb int) []Found {
	_, you := before(c.text, verb)
	word, begin := before(c.text, you)
	name, begin := before(c.text, begin)
	the, _ := before(c.text, begin)
	f := Found{Action: (&cursor{text: word}).action()}
	if word == "operation:" && the == "the" && isName(name) {
		f.Action = "ec2:" + name // only EC2 has this message
	}
	c.skip(".")
	f.Encoded = c.encoded()
	if f.Action == "" && f.Encoded == "" || c.words("User:") {
		return nil
	}
	return []Found{f}
}

// messageLimit is how many bytes of a message of the product are read. A macro's message has at most half as many.
const messageLimit = 8000

// refusals returns the messages in the rest of a line, up to what CloudFormation adds, or up to another failure.
func refusals(macro, text string) []Found {
	text = text[:min(len(text), messageLimit)]
	for _, end := range []string{"\n", "Rollback requested by", "failed with:", "amplify-boundary: error:"} {
		text, _, _ = strings.Cut(text, end)
	}
	list := messagesIn(text, 1, false)
	for i := range list {
		list[i].Macro = macro
	}
	return list
}
