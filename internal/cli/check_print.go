package cli

import "amplify-boundary/internal/findings"

// printFindings prints the result of check in the form that is wanted, and a summary for people.
func (o *checkOptions) printFindings(result findings.Report) error {
	if err := o.printResult(result); err != nil {
		return err
	}
	if o.output == "text" {
		for _, f := range result.Findings {
			if f.Severity == findings.Warning {
				o.say("warning", "%s", f)
			}
		}
	}
	for _, e := range result.Errors {
		o.say("error", "%s: %s", e.File, e.Message)
	}
	if result.Files == 0 && len(result.Errors) == 0 {
		o.say("warning", "there is no template; name the files or their directory")
	}
	o.say("", "%s", summary(result))
	return nil
}

// printResult prints the result of check to standard output.
func (o *checkOptions) printResult(result findings.Report) error {
	switch o.output {
	case "sarif":
		return findings.WriteSARIF(o.Out, findings.Tool{Name: program, Version: number, Rules: checkRules()}, result)
	case "github":
		return findings.WriteGitHub(o.Out, result)
	case "json":
		return findings.WriteJSON(o.Out, result)
	default:
		return findings.WriteText(o.Out, result)
	}
}
