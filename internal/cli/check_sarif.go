package cli

import (
	"net/url"
	"path/filepath"
	"slices"
)

const (
	sarifVersion  = "2.1.0"
	sarifLanguage = "en"
	sarifSchema   = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

// sarifLog is a result in SARIF 2.1.0, which code scanning services read.
//
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	Language    string            `json:"language"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name     string      `json:"name"`
	Version  string      `json:"version"`
	Language string      `json:"language"`
	Rules    []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string    `json:"id"`
	ShortDescription sarifText `json:"shortDescription"`
	Help             sarifText `json:"help"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifInvocation struct {
	ExecutionSuccessful        bool                `json:"executionSuccessful"`
	ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifResult struct {
	RuleID     string          `json:"ruleId"`
	RuleIndex  int             `json:"ruleIndex"`
	Level      string          `json:"level"`
	Message    sarifText       `json:"message"`
	Locations  []sarifLocation `json:"locations"`
	Properties sarifProperties `json:"properties"`
}

type sarifProperties struct {
	LogicalIDs  []string `json:"logicalIds"`
	Environment string   `json:"environment"`
	Boundary    string   `json:"boundary"`
}

type sarifLocation struct {
	PhysicalLocation sarifPhysicalLocation `json:"physicalLocation"`
}

type sarifPhysicalLocation struct {
	ArtifactLocation sarifArtifactLocation `json:"artifactLocation"`
	Region           *sarifRegion          `json:"region,omitzero"`
}

type sarifArtifactLocation struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

// newSARIF returns the result of check in SARIF.
func newSARIF(result findings) sarifLog {
	driver := sarifDriver{Name: program, Version: number, Language: sarifLanguage}
	var ids []string
	for _, r := range checkRules() {
		ids = append(ids, r.id)
		driver.Rules = append(driver.Rules, sarifRule{r.id, sarifText{r.title}, sarifText{r.help}})
	}
	run := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}, Language: sarifLanguage}
	for _, f := range result.Findings {
		run.Results = append(run.Results, sarifResult{
			RuleID:     f.Rule,
			RuleIndex:  slices.Index(ids, f.Rule),
			Level:      f.Severity,
			Message:    sarifText{f.Message},
			Locations:  sarifLocations(f.File, f.Line),
			Properties: sarifProperties{f.LogicalIDs, f.Environment, f.Boundary},
		})
	}
	invocation := sarifInvocation{len(result.Errors) == 0, []sarifNotification{}}
	for _, e := range result.Errors {
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications,
			sarifNotification{severityError, sarifText{e.Message}, sarifLocations(e.File, 0)})
	}
	run.Invocations = []sarifInvocation{invocation}
	return sarifLog{sarifSchema, sarifVersion, []sarifRun{run}}
}

// sarifLocations is a line of a file, or, where the line is 0, the file.
func sarifLocations(file string, line int) []sarifLocation {
	uri := url.URL{Path: filepath.ToSlash(file)}
	if filepath.IsAbs(file) {
		uri.Scheme = "file"
	}
	location := sarifPhysicalLocation{ArtifactLocation: sarifArtifactLocation{uri.String()}}
	if line > 0 {
		location.Region = &sarifRegion{line}
	}
	return []sarifLocation{{location}}
}
