package template

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/printable"
)

func newInvoke(io command.IO) *cobra.Command {
	registry := command.NewRegistryFlags(io)
	var diff bool
	cmd := &cobra.Command{
		Use:   "invoke EVENT",
		Short: "Answer a macro request from a file as the function does",
		Long: `"-" is standard input. The settings are the environment variables of the
function, such as EXISTING_BOUNDARY. The response goes to standard output, the
function's log line to standard error. The exit code is 1 if the response's
status is failure. The account is the request's, unless --account names another.`,
		Example: `  amplify-boundary invoke events/amplify-root.json \
    --registry events/boundaries.json`,
		Args: command.OneArgument("EVENT"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runInvoke(cmd.Context(), io, registry, arguments[0], diff)
		},
	}
	registry.AddTo(cmd)
	cmd.Flags().StringVar(&registry.AccountID, "account", "", "account `ID` to answer for (default: the request's)")
	cmd.Flags().BoolVar(&diff, "diff", false, "print a unified diff of the fragments instead of a successful response")
	return cmd
}

// runInvoke answers the request in a file.
func runInvoke(ctx context.Context, io command.IO, registry command.RegistryFlags, file string, diff bool) error {
	settings, err := macro.ReadSettings(io.Getenv)
	if err != nil {
		return err
	}
	if err := command.ValidateAccount(registry.AccountID); err != nil {
		return err
	}
	request, err := io.ReadFile(ctx, file)
	if err != nil {
		return err
	}
	if registry.AccountID != "" {
		// Anything but a request with an account is left to the macro to refuse.
		if object, err := cfn.ReadObject(request, "the request"); err == nil {
			if member, found := object.Find("accountId"); found {
				request = slices.Concat(request[:member.Value.Start], cfn.Quote(registry.AccountID), request[member.Value.End:])
			}
		}
	}
	connect := registry.Connect
	if settings.NestedStacks != nested.Ignore {
		connect = registry.ConnectAWS
	}
	c, err := connect(ctx)
	if err != nil {
		return err
	}
	var templates nested.Store
	if settings.NestedStacks != nested.Ignore {
		templates = nested.NewS3(c.AWS, settings.NestedBucket)
	}
	handler := macro.NewHandler(settings, c.Reader(settings.ParameterRegion), templates, printable.JSONWriter{Out: io.Err})
	var answer struct {
		Status   string         `json:"status"`
		Fragment jsontext.Value `json:"fragment"`
	}
	response, err := handler.Invoke(ctx, request)
	if err == nil {
		err = json.Unmarshal(response, &answer)
	}
	if err != nil {
		return err
	}
	if diff && answer.Status == macro.Success {
		before, err := cfn.Members(request, "the request")
		if err != nil {
			return err
		}
		return printDiff(io, "the request's fragment", "the response's fragment", before["fragment"], answer.Fragment)
	}
	if _, err := fmt.Fprintln(io.Out, printable.JSON(string(response))); err != nil {
		return err
	}
	if answer.Status != macro.Success {
		return command.ErrFailed
	}
	return nil
}
