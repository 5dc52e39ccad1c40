package template

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/printable"
)

func newInvoke(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	var diff bool
	cmd := &cobra.Command{
		Use:   "invoke EVENT",
		Short: "Answer a macro request from a file as the function does",
		Long: `Answer a macro request from a file ("-" is standard input) as the function does.

The settings are read from the environment variables that the function has, such as
EXISTING_BOUNDARY and PARAMETER_PREFIX. The response goes to standard output, the
function's log line to standard error. The exit code is 1 when the response's status
is failure.

The account is the request's, unless --account names another.`,
		Example: "  amplify-boundary invoke events/amplify-root.json --registry events/boundaries.json",
		Args:    command.OneArgument("EVENT"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runInvoke(cmd.Context(), o, arguments[0], diff)
		},
	}
	o.AddRegistryFlags(cmd)
	cmd.Flags().StringVar(&o.AccountID, "account", "", "account `ID` to answer for (default: the request's)")
	cmd.Flags().BoolVar(&diff, "diff", false, "print a unified diff of the fragments instead of a successful response")
	return cmd
}

// runInvoke answers the request in a file.
func runInvoke(ctx context.Context, o *command.Options, file string, diff bool) error {
	settings, err := macro.ReadSettings(o.Getenv)
	if err != nil {
		return err
	}
	if err := command.ValidateAccount(o.AccountID); err != nil {
		return err
	}
	request, err := o.ReadFile(ctx, file)
	if err != nil {
		return err
	}
	if o.AccountID != "" {
		request = withAccount(request, o.AccountID)
	}
	handler, err := openMacro(ctx, o, settings)
	if err != nil {
		return err
	}
	response, err := handler.Invoke(ctx, request)
	if err != nil {
		return err
	}
	var answer macroAnswer
	if err := json.Unmarshal(response, &answer); err != nil {
		return err
	}
	if diff && answer.Status == macro.Success {
		return printFragmentDiff(o, request, answer.Fragment)
	}
	if _, err := fmt.Fprintf(o.Out, "%s\n", response); err != nil {
		return err
	}
	if answer.Status == macro.Success {
		return nil
	}
	hintRegistry(o, settings, answer.ErrorMessage)
	return command.ErrFailed
}

// macroAnswer is what a response of the macro says.
type macroAnswer struct {
	Status       string         `json:"status"`
	Fragment     jsontext.Value `json:"fragment"`
	ErrorMessage string         `json:"errorMessage"`
}

// openMacro returns the macro with settings, over the hierarchy of the options and, where the settings have nested
// stacks seen to, over S3.
func openMacro(ctx context.Context, o *command.Options, settings macro.Settings) (*macro.Handler, error) {
	source, err := o.OpenHierarchy(ctx, settings.ParameterRegion)
	if err != nil {
		return nil, err
	}
	var templates nested.Store
	if settings.NestedStacks != nested.Ignore {
		cfg, err := o.Load(ctx)
		if err != nil {
			return nil, err
		}
		templates = nested.NewS3(cfg, settings.NestedBucket)
	}
	return macro.NewHandler(settings, source, templates, logWriter{o.Err}), nil
}

// hintRegistry says what a command that a message proposes lacks to reach the hierarchy of the options.
func hintRegistry(o *command.Options, settings macro.Settings, message string) {
	other := *o
	if settings.ParameterRegion != "" {
		other.Region = "" // the message says the other
	}
	if flags := other.RegistryFlags(); flags != "" && strings.Contains(message, command.Program+" env ") {
		o.Say("hint", "for the registry used here, add to the command:%s", flags)
	}
}

// printFragmentDiff compares a request's fragment with the response's.
func printFragmentDiff(o *command.Options, request []byte, after jsontext.Value) error {
	members, err := cfn.Members(request, "the request")
	if err != nil {
		return err
	}
	return o.PrintDiff("the request's fragment", "the response's fragment", members["fragment"], after)
}

// logWriter writes the function's log so that no name in it means anything to a terminal.
type logWriter struct{ out io.Writer }

func (w logWriter) Write(line []byte) (int, error) {
	_, err := io.WriteString(w.out, printable.JSON(string(line)))
	return len(line), err
}

// withAccount returns a macro request as it comes from an account. What is no request is left to the macro
// to refuse.
func withAccount(request []byte, accountID string) []byte {
	object, err := cfn.ReadObject(request, "the request")
	if err != nil {
		return request
	}
	member, found := object.Find("accountId")
	if !found {
		return request
	}
	edited, err := cfn.Apply(request, []cfn.Edit{{At: member.Value, Text: []byte(`"` + accountID + `"`)}})
	if err != nil {
		return request
	}
	return edited
}
