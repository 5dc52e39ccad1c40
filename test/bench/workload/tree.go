package workload

import (
	"bytes"
	"fmt"
	"strings"
)

// TemplateBucket is where the templates of a tree lie, in the region eu-west-1.
const TemplateBucket = "shop-templates"

// Tree is a macro request whose fragment has nothing but nested stacks.
type Tree struct {
	Request  []byte
	Fragment []byte
	Children map[string][]byte // the templates, by their keys in the bucket
}

// NewTree generates a tree of so many children, each a template of a size of its own text.
func NewTree(children int, each Size) Tree {
	template := New(each).Fragment
	tree := Tree{Children: make(map[string][]byte)}
	var stacks []string
	for n := range children {
		key := fmt.Sprintf("stacks/%d.json", n)
		tree.Children[key] = bytes.Replace(template, []byte("Orders of"), fmt.Appendf(nil, "Orders %d of", n), 1)
		stacks = append(stacks, fmt.Sprintf(`"Child%d":{"Type":"AWS::CloudFormation::Stack","Properties":{`+
			`"TemplateURL":{"Fn::Sub":"https://%s.s3.${AWS::Region}.${AWS::URLSuffix}/%s"},"Parameters":{"env":{"Ref":"env"}}}}`, n, TemplateBucket, key))
	}
	tree.Fragment = []byte(templateStart + strings.Join(stacks, ",") + templateEnd)
	tree.Request = fmt.Appendf(nil, request, tree.Fragment)
	return tree
}

// ChildrenBytes is the size of all templates.
func (t Tree) ChildrenBytes() int {
	size := 0
	for _, text := range t.Children {
		size += len(text)
	}
	return size
}
