// Package cfn is what the other packages share about CloudFormation's JSON: the names that templates use, one walk
// over a JSON text, and edits that leave every other byte unchanged. No error quotes the text, which may hold secrets.
package cfn
