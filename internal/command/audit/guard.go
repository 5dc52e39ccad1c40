package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/compliance"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/printable"
)

func newGuard(io command.IO) *cobra.Command {
	registry := command.NewRegistryFlags(io)
	cmd := &cobra.Command{
		Use:   "guard EVENT",
		Short: "Answer an event from a file as the guard does",
		Long: `The event ("-" is standard input) is that of a CloudFormation hook or of AWS
Config, to which nothing is reported. The settings are the environment variables
of the function, such as ENVIRONMENT. The answer goes to standard output, the
function's log line to standard error. The exit code is 1 if the role does not
pass. With a registry file, a role of AWS Config counts as one of no stack.`,
		Example: `  amplify-boundary guard events/guard/role.json \
    --registry events/boundaries.json`,
		Args: command.OneArgument("EVENT"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runGuard(cmd.Context(), io, registry, arguments[0])
		},
	}
	registry.AddTo(cmd)
	registry.AddRole(cmd)
	return cmd
}

func runGuard(ctx context.Context, io command.IO, registry command.RegistryFlags, file string) error {
	settings, err := guard.ReadSettings(io.Getenv)
	if err != nil {
		return err
	}
	event, err := io.ReadFile(ctx, file)
	if err != nil {
		return err
	}
	if err := registry.ValidateRole(); err != nil {
		return err
	}
	c, err := registry.Connect(ctx)
	if err != nil {
		return err
	}
	var account guard.Account = noAccount{}
	if c.CallsAWS() {
		account = compliance.NewAccount(c.AWS)
	}
	handler := guard.NewHandler(settings, c.Reader(settings.ParameterRegion), silentAccount{account}, c.Region(), printable.JSONWriter{Out: io.Err})
	response, err := handler.Invoke(ctx, event)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(io.Out, printable.JSON(string(response))); err != nil {
		return err
	}
	var answer struct {
		guard.Answer
		compliance.Evaluation
	}
	if err := json.Unmarshal(response, &answer); err != nil {
		return err
	}
	if answer.HookStatus == guard.Failed || answer.Result == compliance.NonCompliant {
		return command.ErrFailed
	}
	return nil
}

// silentAccount is an account to which nothing is reported.
type silentAccount struct{ guard.Account }

func (silentAccount) Report(context.Context, string, compliance.Evaluation) error { return nil }

// noAccount stands for an account where only a registry file is used.
type noAccount struct{ guard.Account }

func (noAccount) StackOf(context.Context, string, string) (string, error) { return "", nil }

func (noAccount) Identity(context.Context, string, string) (found compliance.Identity, exists bool, err error) {
	return found, false, errors.New("the event does not hold the role, and a registry file is used, so IAM is not asked; omit --registry")
}
