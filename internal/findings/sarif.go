package findings

import (
	"io"
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

// WriteSARIF writes a report in SARIF. A finding of a deployed role has its ARN as the URI of its location.
func WriteSARIF(w io.Writer, tool Tool, r Report) error { return WriteJSON(w, newSARIF(tool, r)) }

func newSARIF(tool Tool, r Report) sarifLog {
	driver := sarifDriver{Name: tool.Name, Version: tool.Version, Language: sarifLanguage, Rules: []sarifRule{}}
	for _, rule := range tool.Rules {
		driver.Rules = append(driver.Rules, sarifRule{rule.ID, sarifText{rule.Title}, sarifText{rule.Help}})
	}
	results := []sarifResult{}
	for _, f := range r.Findings {
		results = append(results, sarifResult{
			RuleID:     f.Rule,
			RuleIndex:  slices.IndexFunc(tool.Rules, func(rule Rule) bool { return rule.ID == f.Rule }),
			Level:      f.Severity,
			Message:    sarifText{f.Message},
			Locations:  sarifLocations(f),
			Properties: sarifProperties{f.LogicalIDs, f.Environment, f.Boundary},
		})
	}
	notifications := []sarifNotification{}
	for _, e := range r.Errors {
		notifications = append(notifications, sarifNotification{Error, sarifText{e.Message}, sarifLocations(Finding{File: e.File})})
	}
	return sarifLog{sarifSchema, sarifVersion, []sarifRun{{
		Tool:        sarifTool{driver},
		Invocations: []sarifInvocation{{len(r.Errors) == 0, notifications}},
		Results:     results,
		Language:    sarifLanguage,
	}}}
}

// sarifLocations is the line of a finding, or, if that is 0, its file; nothing if it has no file.
func sarifLocations(f Finding) []sarifLocation {
	uri := f.ARN
	switch {
	case uri == "" && f.File == "":
		return []sarifLocation{}
	case uri == "":
		file := url.URL{Path: filepath.ToSlash(f.File)}
		if filepath.IsAbs(f.File) {
			file.Scheme = "file"
		}
		uri = file.String()
	}
	location := sarifPhysicalLocation{ArtifactLocation: sarifArtifactLocation{uri}}
	if f.Line > 0 {
		location.Region = &sarifRegion{f.Line}
	}
	return []sarifLocation{{location}}
}
