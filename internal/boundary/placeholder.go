package boundary

import (
	"cmp"
	"regexp"
	"strings"
)

// The placeholders that depend on what a template's author can choose.
const (
	environmentPlaceholder = "${Environment}"
	projectPlaceholder     = "${Project}"
)

// placeholder is a part of a value that depends on the scope.
type placeholder struct {
	text    string
	value   string // in the scope; empty: not known there
	missing error  // why it is not known
	sample  string // stands for any value that it can have
}

// placeholders lists the placeholders that a value can use, with their values in a scope.
func placeholders(s Scope) []placeholder {
	partition := ""
	if s.Region != "" {
		partition = PartitionOf(s.Region).ID
	}
	return []placeholder{
		{"${AWS::Partition}", partition, ErrNoRegion, "aws"},
		{"${AWS::AccountId}", s.AccountID, ErrNoAccount, "000000000000"},
		{"${AWS::Region}", s.Region, ErrNoRegion, "region"},
		{environmentPlaceholder, s.Environment, errNoEnvironment, "environment"},
		{projectPlaceholder, s.Project, errNoProject, "project"},
	}
}

// placeholderNames lists the placeholders as a value spells them.
func placeholderNames() []string {
	var names []string
	for _, p := range placeholders(Scope{}) {
		names = append(names, p.text)
	}
	return names
}

// placeholderPattern matches any placeholder.
func placeholderPattern() string {
	var patterns []string
	for _, name := range placeholderNames() {
		patterns = append(patterns, regexp.QuoteMeta(name))
	}
	return "(?:" + strings.Join(patterns, "|") + ")"
}

// fill replaces the placeholders of a value, where the scope does not know one by what unknown returns.
func (v Value) fill(s Scope, unknown func(placeholder) string) string {
	text := v.text
	for _, p := range placeholders(s) {
		text = strings.ReplaceAll(text, p.text, cmp.Or(p.value, unknown(p)))
	}
	return text
}
