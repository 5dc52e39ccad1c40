package cli

import "fmt"

// printFindings prints the result of check in the form that is wanted, and a summary for people.
func (o *checkOptions) printFindings(result findings) error {
	if err := o.printResult(result); err != nil {
		return err
	}
	if o.output == "text" {
		for _, f := range result.Findings {
			if f.Severity == severityWarning {
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
	o.say("", "%s", result.summary())
	return nil
}

// printResult prints the result of check to standard output.
func (o *checkOptions) printResult(result findings) error {
	switch o.output {
	case "sarif":
		return o.printJSON(newSARIF(result))
	case "github":
		return o.print(nil, githubCommands(result)...)
	}
	var lines []string
	for _, f := range result.Findings {
		if f.Severity == severityError {
			lines = append(lines, f.String())
		}
	}
	return o.print(result, lines...)
}

// String is the finding's line for people.
func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}
