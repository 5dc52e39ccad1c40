// Package boundary holds what an environment's permissions boundary may be: a policy ARN, possibly with
// placeholders, or none. It does no I/O.
//
// No error of this package quotes a text that does not have the form of a policy ARN: such a text may
// be a secret that was put where a boundary belongs.
package boundary

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// The placeholders that a value may use.
const (
	partitionPlaceholder   = "${AWS::Partition}"
	accountPlaceholder     = "${AWS::AccountId}"
	regionPlaceholder      = "${AWS::Region}"
	environmentPlaceholder = "${Environment}"
	projectPlaceholder     = "${Project}"
)

// ErrForm says that a text is neither a policy ARN nor none.
var ErrForm = errors.New("neither a policy ARN (arn:<partition>:iam::<account>:policy/<name>) nor none")

// Value is what a registry holds for an environment. The zero value is no value, not even none.
type Value struct{ text string }

// None is the value of an environment without a boundary.
var None = Value{"none"}

// placeholder matches the placeholders that stand for part of a policy's path or name.
const placeholder = `\$\{(?:AWS::Partition|AWS::AccountId|AWS::Region|Environment|Project)\}`

// arnForm matches a policy ARN with its partition, account, path and name. IAM's grammar is stated at
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html; braces and dollar signs, which
// IAM allows in a path, are left to placeholders. It is compiled when it is first needed.
var arnForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:(aws[a-z-]*|\$\{AWS::Partition\}):iam::(` + AccountPattern + `|aws|\$\{AWS::AccountId\}):policy(/(?:(?:[!-#%-z|~]|` +
		placeholder + `)+/)?)((?:[A-Za-z0-9_+=,.@-]|` + placeholder + `)+)$`)
})

// Parse reads a value as an operator wrote it. White space around it is ignored. It fails with
// [ErrForm], whose text repeats no more of the value than an unknown placeholder in what else has the form of
// an ARN.
func Parse(text string) (Value, error) {
	v := Value{strings.TrimSpace(text)}
	if v != None && !arnForm().MatchString(v.text) {
		if unknown := unknownPlaceholder(v.text); unknown != "" {
			return Value{}, fmt.Errorf("%w: %s is not a placeholder; there are %s", ErrForm, unknown, strings.Join(placeholders(), ", "))
		}
		return Value{}, ErrForm
	}
	return v, nil
}

func placeholders() []string {
	return []string{partitionPlaceholder, accountPlaceholder, regionPlaceholder, environmentPlaceholder, projectPlaceholder}
}

// unknownPlaceholder returns the first unknown placeholder of what would be an ARN if it were a known one, and
// is empty for all else.
func unknownPlaceholder(text string) string {
	if !strings.Contains(text, "${") {
		return ""
	}
	const anything = `\$\{[A-Za-z0-9:._ -]{0,64}\}`
	form := regexp.MustCompile(`^arn:(aws[a-z-]*|` + anything + `):iam::(` + AccountPattern + `|aws|` + anything + `):policy/(?:[!-#%-z|~]|` + anything + `)+$`)
	if !form.MatchString(text) {
		return ""
	}
	for _, found := range regexp.MustCompile(anything).FindAllString(text, -1) {
		if !slices.Contains(placeholders(), found) {
			return found
		}
	}
	return ""
}

// IsNone reports whether the environment has no boundary.
func (v Value) IsNone() bool { return v == None }

// String returns the value as a registry keeps it.
func (v Value) String() string { return v.text }
