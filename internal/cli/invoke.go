package cli

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/rawjson"
)

func newInvoke(streams IO) *cobra.Command {
	var from connection
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
			settings, err := macro.ReadSettings(streams.Getenv)
			if err != nil {
				return err
			}
			request, err := streams.readFile(arguments[0])
			if err != nil {
				return err
			}
			if from.accountID != "" {
				if request, err = from.asAccount(request); err != nil {
					return err
				}
			}
			source, err := from.source(cmd.Context(), settings.ParameterRegion)
			if err != nil {
				return err
			}
			response, err := macro.NewHandler(settings, source, streams.Err).Invoke(cmd.Context(), request)
			if err != nil {
				return err
			}
			fmt.Fprintf(streams.Out, "%s\n", response)
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
		},
	}
	from.flags(cmd.Flags())
	cmd.Flags().StringVar(&from.accountID, "account", "", "account `ID` to answer for (default: the request's)")
	return cmd
}

// asAccount returns a macro request as it comes from the connection's account. What is no request is left
// to the macro to refuse.
func (c *connection) asAccount(request []byte) ([]byte, error) {
	if err := c.checkAccount(); err != nil {
		return nil, err
	}
	object, err := rawjson.ReadAll(request, "the request")
	if err != nil {
		return request, nil
	}
	quoted := []byte(`"` + c.accountID + `"`)
	if member, found := object.Find("accountId"); found {
		return rawjson.Apply(request, []rawjson.Edit{{At: member.Value, Text: quoted}}), nil
	}
	return request, nil
}
