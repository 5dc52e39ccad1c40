package env

import (
	"context"
	"fmt"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
)

// ask asks for the boundary of an environment until the answer is a boundary that can hold. An empty answer is the
// boundary to keep, if there is one. Without a terminal, and with --yes, ask fails and names the flag instead.
func ask(ctx context.Context, s *command.Session, name string, keep boundary.Value, hasBoundary bool) (boundary.Value, error) {
	if s.Flags.Yes || !s.IO.Terminal {
		return boundary.Value{}, fmt.Errorf("environment %s needs a boundary: give --%s ARN, or --%[2]s none", name, boundaryName)
	}
	choice := "an ARN, or none; an empty answer asks again"
	if hasBoundary {
		choice = "an ARN, none, or empty to keep " + keep.String()
	}
	for {
		text, err := s.IO.Ask(ctx, fmt.Sprintf("Permissions boundary of environment %s (%s): ", name, choice))
		switch {
		case err != nil:
			return boundary.Value{}, err
		case text == "" && hasBoundary:
			return keep, nil
		case text == "":
			continue
		}
		value, err := parse(s, name, text)
		if err == nil {
			return value, nil
		}
		s.Say("error", "%v", err)
	}
}
