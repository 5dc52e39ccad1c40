package cli

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/rawjson"
)

func newInvoke(streams IO) *cobra.Command {
	o := &options{IO: streams}
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
		Args:    oneArgument("EVENT"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runInvoke(cmd.Context(), o, arguments[0])
		},
	}
	o.addRegistryFlags(cmd)
	cmd.Flags().StringVar(&o.accountID, "account", "", "account `ID` to answer for (default: the request's)")
	return cmd
}

// runInvoke answers the request in a file.
func runInvoke(ctx context.Context, o *options, file string) error {
	settings, err := macro.ReadSettings(o.Getenv)
	if err != nil {
		return err
	}
	if err := validateAccount(o.accountID); err != nil {
		return err
	}
	request, err := o.readFile(file)
	if err != nil {
		return err
	}
	if o.accountID != "" {
		request = withAccount(request, o.accountID)
	}
	source, err := o.openHierarchy(ctx, settings.ParameterRegion)
	if err != nil {
		return err
	}
	response, err := macro.NewHandler(settings, source, o.Err).Invoke(ctx, request)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(o.Out, "%s\n", response); err != nil {
		return err
	}
	var answer struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(response, &answer); err != nil {
		return err
	}
	if answer.Status != macro.Success {
		return errFailed
	}
	return nil
}

// withAccount returns a macro request as it comes from an account. What is no request is left to the macro
// to refuse.
func withAccount(request []byte, accountID string) []byte {
	object, err := rawjson.ReadAll(request, "the request")
	if err != nil {
		return request
	}
	member, found := object.Find("accountId")
	if !found {
		return request
	}
	return rawjson.Apply(request, []rawjson.Edit{{At: member.Value, Text: []byte(`"` + accountID + `"`)}})
}
