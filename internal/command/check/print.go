package check

import (
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
)

// printFindings prints the result of check in the form that is wanted, and a summary for people.
func (o *checkOptions) printFindings(result findings.Report) error {
	if err := o.printResult(result); err != nil {
		return err
	}
	if o.Output == "text" {
		for _, f := range result.Findings {
			if f.Severity == findings.Warning {
				o.Say("warning", "%s", f)
			}
		}
	}
	for _, e := range result.Errors {
		o.Say("error", "%s: %s", e.File, e.Message)
	}
	if result.Files == 0 && len(result.Errors) == 0 {
		o.Say("warning", "there is no template; name the files or their directory")
	}
	o.Say("", "%s", summary(result))
	return nil
}

// printResult prints the result of check to standard output.
func (o *checkOptions) printResult(result findings.Report) error {
	switch o.Output {
	case "sarif":
		return findings.WriteSARIF(o.Out, findings.Tool{Name: command.Program, Version: command.Number, Rules: checkRules()}, result)
	case "github":
		return findings.WriteGitHub(o.Out, result)
	case "json":
		return findings.WriteJSON(o.Out, result)
	default:
		return findings.WriteText(o.Out, result)
	}
}
