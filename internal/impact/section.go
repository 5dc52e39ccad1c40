package impact

import (
	_ "embed" // the section
	"html/template"
	"strings"

	"amplify-boundary/internal/printable"
)

//go:embed section.html
var sectionText string

// Section returns the report as a section of an HTML page. Everything in the report is escaped.
func (r Report) Section() (template.HTML, error) {
	section, err := template.New("section").Funcs(template.FuncMap{"clean": printable.Line}).Parse(sectionText)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = section.Execute(&text, r)
	return template.HTML(text.String()), err
}
