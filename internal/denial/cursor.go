package denial

import "strings"

// cursor reads words of a text from an offset on. White space between words can be any, since tools wrap lines.
type cursor struct {
	text string
	at   int
}

const whiteSpace = " \t\r\n"

// quotes surround names, with a backslash where the text is a JSON string.
const quotes = "\"'`\\"

// tokenLimit is how many bytes a name can have. EC2's encoded messages have some thousands.
const tokenLimit = 20_000

// skip moves over characters.
func (c *cursor) skip(characters string) {
	c.at = len(c.text) - len(strings.TrimLeft(c.text[c.at:], characters))
}

// words moves over words, and reports whether they are there. If they are not, it stays.
func (c *cursor) words(list ...string) bool {
	begin := c.at
	for _, word := range list {
		c.skip(whiteSpace)
		if !strings.HasPrefix(c.text[c.at:], word) {
			c.at = begin
			return false
		}
		c.at += len(word)
	}
	return true
}

// token moves over a name and returns it, without quotes and what ends a sentence.
func (c *cursor) token() string {
	c.skip(whiteSpace)
	c.skip(quotes)
	token := c.text[c.at:min(len(c.text), c.at+tokenLimit)]
	if end := strings.IndexAny(token, whiteSpace+"\"`\\<>"); end >= 0 {
		token = token[:end]
	}
	token = strings.TrimRight(token, ".,;:'()[]{}")
	c.at += len(token)
	return token
}

// action is a token that is an action of IAM; if there is none, the cursor stays.
func (c *cursor) action() string {
	begin := c.at
	token := c.token()
	if service, name, found := strings.Cut(token, ":"); found && isName(service) && isName(name) {
		return token
	}
	c.at = begin
	return ""
}

// isName reports whether a text can be the name of a service or an action.
func isName(text string) bool {
	return text != "" && len(text) <= 100 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-*") == ""
}

// before returns the word that ends before an offset, and its own offset.
func before(text string, at int) (word string, begin int) {
	end := len(strings.TrimRight(text[:at], whiteSpace))
	first := max(0, end-fieldLimit)
	begin = first + strings.LastIndexAny(text[first:end], whiteSpace) + 1
	return text[begin:end], begin
}
