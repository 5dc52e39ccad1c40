package policy

// Deployer returns a managed policy with exactly what a principal that deploys stacks needs because of the macro: to
// invoke it, to put boundaries of the registry, to remove these where an environment has none, and to read the copies of
// nested templates. A service role of CloudFormation needs the same. The error is a [*SizeError].
func (r Request) Deployer() ([]byte, error) {
	d := Document{Version: version, Statement: []Statement{
		{Sid: "InvokeTheMacro", Effect: allow, Action: []string{"lambda:InvokeFunction"}, Resource: []string{r.Installation.Function}},
		{
			Sid: "PutBoundaries", Effect: allow, Action: r.actions(put), Resource: r.principals(),
			Condition: Condition{"ArnLike": {boundaryKey: r.Patterns}},
		},
	}}
	if r.HasNone {
		d.Statement = append(d.Statement, Statement{
			Sid: "RemoveBoundaries", Effect: allow, Action: r.actions(remove), Resource: r.principals(),
			Condition: Condition{"ArnLike": {boundaryKey: r.Patterns}},
		})
	}
	if bucket := r.Installation.Bucket; bucket != "" {
		d.Statement = append(d.Statement, Statement{Sid: "ReadCopiesOfTemplates", Effect: allow, Action: []string{"s3:GetObject"}, Resource: []string{"arn:*:s3:::" + bucket + "/*"}})
	}
	return d.encode(managedPolicyLimit)
}
