package prove

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/denial"
)

type explainFlags struct {
	io       command.IO
	registry command.RegistryFlags
	output   string
	macro    string
	offline  bool
}

func newExplain(io command.IO) *cobra.Command {
	o := &explainFlags{io: io, registry: command.NewRegistryFlags(io)}
	cmd := &cobra.Command{
		Use:   "explain [FILE|-]",
		Short: "Say why something was denied or refused, and what to do",
		Long: `The text is an error, the log of a deployment, or events of CloudTrail, in FILE
or on standard input. No credentials are needed; with those of the account, and
without --offline, more is looked up ("policy auditor" prints the permissions).
The exit code is 1 if nothing was found.`,
		Example: `  export AMPLIFY_BOUNDARY_REGISTRY=events/boundaries.json
  amplify-boundary invoke events/fail-no-environment.json |
    amplify-boundary explain --offline`,
		Args: command.Count("at most one FILE", 0, 1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return o.runExplain(cmd.Context(), append(arguments, command.StandardStream)[0])
		},
	}
	o.registry.AddTo(cmd)
	o.registry.AddRole(cmd)
	o.registry.AddPrefix(cmd)
	command.AddOutputFlag(cmd, &o.output, command.TextForm, command.JSONForm)
	command.AddMacro(cmd, &o.macro)
	cmd.Flags().BoolVar(&o.offline, "offline", false, "look nothing up, except in the file of --registry")
	return cmd
}

func (o *explainFlags) runExplain(ctx context.Context, file string) error {
	if err := o.registry.Validate(); err != nil {
		return err
	}
	if file == command.StandardStream && o.io.Terminal {
		o.io.Say("hint", "paste the text, and end it with Ctrl-D on a line of its own")
	}
	text, err := o.io.ReadFile(ctx, file)
	if err != nil {
		return fmt.Errorf("read %s: %w", command.FileName(file), err)
	}
	result := explained{Found: []explainedItem{}}
	list := denial.Find(string(text))
	look := &lookup{}
	// A text can leave open whose a boundary is, or what EC2 encoded.
	if slices.ContainsFunc(list, func(f denial.Found) bool { return f.Message == nil && (f.Policy == denial.Boundary || f.Encoded != "") }) {
		look = o.newLookup(ctx)
	}
	for _, found := range list {
		result.Found = append(result.Found, look.explain(ctx, found))
	}
	if err := o.io.Print(o.output, result, result.lines()...); err != nil {
		return err
	}
	if len(result.Found) == 0 {
		return fmt.Errorf("%s has no denial and no message of %s; give the whole log, or the event from CloudTrail", command.FileName(file), command.Program)
	}
	return ctx.Err()
}

type explained struct {
	Found []explainedItem `json:"found"` // each distinct denial and message, in the order of the text
}

// explainedItem is a denial or a message, explained. A field that is not known is empty.
type explainedItem struct {
	Kind      string `json:"kind"`       // denial or message
	Count     int    `json:"count"`      // how often the text has it
	Principal string `json:"principal"`  // who was denied
	Action    string `json:"action"`     // such as iam:CreateRole
	Resource  string `json:"resource"`   // an ARN, or a type and a name
	Policy    string `json:"policyType"` // the type of the policy that denies, in AWS's words
	PolicyARN string `json:"policyArn"`  // that policy, or the boundary that was looked up
	Explicit  bool   `json:"explicit"`   // whether a statement denies it; otherwise nothing allows it
	Message   string `json:"message"`    // of the product or of CloudFormation; "…" stands for what differs
	Macro     string `json:"macro"`      // which failed with the message

	Cause        string   `json:"cause"`        // what it means
	Environments []string `json:"environments"` // that have the boundary
	Statement    string   `json:"statement"`    // of the boundary, in words
	Role         string   `json:"role"`         // the role's stack, environment, and boundary, in words
	Remedy       string   `json:"remedy"`       // what to do
	Unknown      []string `json:"unknown"`      // what could not be looked up
}

func (e explained) lines() []string {
	var lines []string
	for i, item := range e.Found {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, item.title())
		rows := [][]string{{"  principal", item.Principal}, {"  resource", item.Resource}, {"  denied by", item.deniedBy()}, {"  cause", item.Cause}}
		for _, name := range item.Environments {
			rows = append(rows, []string{"  boundary of", name})
		}
		rows = append(rows, []string{"  statement", item.Statement}, []string{"  role", item.Role}, []string{"  do", item.Remedy})
		for _, why := range item.Unknown {
			rows = append(rows, []string{"  not known", why})
		}
		for _, row := range rows {
			if row[1] != "" {
				lines = append(lines, fmt.Sprintf("%-14s%s", row[0], row[1]))
			}
		}
	}
	return lines
}

func (i explainedItem) title() string {
	title := i.Message
	switch {
	case i.Macro != "":
		title = "macro " + i.Macro + " failed: " + i.Message
	case i.Kind == "denial" && i.Action == "":
		title = "an encoded denial"
	case i.Kind == "denial":
		title = i.Action + " was denied"
	}
	if i.Count > 1 {
		title += " (" + command.Counted(i.Count, "time") + ")"
	}
	return title
}

// deniedBy says which policy denied the action, as far as the text does.
func (i explainedItem) deniedBy() string {
	switch {
	case i.Explicit:
		return strings.TrimSpace("a Deny statement of the " + cmp.Or(i.Policy, "policy that decides") + " " + i.PolicyARN)
	case i.Policy != "":
		return strings.TrimSpace("the "+i.Policy+" "+i.PolicyARN) + ", which does not allow it"
	default:
		return ""
	}
}
