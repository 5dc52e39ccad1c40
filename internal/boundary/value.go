// Package boundary has the value of an environment's permissions boundary: a policy ARN, possibly with placeholders, or
// none. It also has the IDs of accounts and the partitions of regions. It does no I/O.
//
// No error of this package quotes a value that does not have the form of a policy ARN, because it can be a secret that
// was stored in the wrong SSM parameter.
package boundary

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"amplify-boundary/internal/lazyregexp"
)

// ErrForm reports that a value is neither a policy ARN nor none.
var ErrForm = errors.New("neither a policy ARN (arn:<partition>:iam::<account>:policy/<name>) nor none")

// Value is what a registry holds for an environment. The zero value is not valid, and not [None].
type Value struct{ text string }

// None is the value of an environment without a boundary.
var None = Value{"none"}

// arnForm matches a policy ARN with its partition, account, path, and name, see
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html. Braces and dollar signs, which IAM allows in a
// path, are reserved for placeholders.
var arnForm = lazyregexp.New(`^arn:(aws[a-z-]*|\$\{AWS::Partition\}):iam::(` + AccountPattern + `|aws|\$\{AWS::AccountId\}):policy(/(?:(?:[!-#%-z|~]|` +
	placeholderPattern() + `)+/)?)((?:[A-Za-z0-9_+=,.@-]|` + placeholderPattern() + `)+)$`)

// Parse returns a value as an operator wrote it, without surrounding white space. It fails with [ErrForm]. The text
// quotes only an unknown placeholder, and only where everything else has the form of an ARN.
func Parse(text string) (Value, error) {
	v := Value{strings.TrimSpace(text)}
	if v == None || arnForm().MatchString(v.text) {
		return v, nil
	}
	const anything = `\$\{[A-Za-z0-9:._ -]{0,64}\}`
	form := `^arn:(aws[a-z-]*|` + anything + `):iam::(` + AccountPattern + `|aws|` + anything + `):policy/(?:[!-#%-z|~]|` + anything + `)+$`
	if strings.Contains(v.text, "${") && regexp.MustCompile(form).MatchString(v.text) {
		for _, found := range regexp.MustCompile(anything).FindAllString(v.text, -1) {
			if !slices.Contains(placeholderNames(), found) {
				return Value{}, fmt.Errorf("%w: %s is not a placeholder; there are %s", ErrForm, found, strings.Join(placeholderNames(), ", "))
			}
		}
	}
	return Value{}, ErrForm
}

// IsNone reports whether the environment has no boundary.
func (v Value) IsNone() bool { return v == None }

// String returns the value as a registry holds it.
func (v Value) String() string { return v.text }
