package findings

import (
	"cmp"
	"io"
	"net/url"
	"path/filepath"
	"slices"
)

// object is an object of a SARIF log, and text one with a message.
type object = map[string]any

func text(message string) object { return object{"text": message} }

// WriteSARIF writes a report in SARIF 2.1.0, which code scanning services read. A finding of a deployed role has its ARN
// as the URI of its location.
//
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func WriteSARIF(w io.Writer, tool Tool, r Report) error {
	const language = "en"
	rules, results, notifications := []object{}, []object{}, []object{}
	for _, rule := range tool.Rules {
		rules = append(rules, object{"id": rule.ID, "shortDescription": text(rule.Title), "help": text(rule.Help)})
	}
	for _, f := range r.Findings {
		results = append(results, object{
			"ruleId":     f.Rule,
			"ruleIndex":  slices.IndexFunc(tool.Rules, func(rule Rule) bool { return rule.ID == f.Rule }),
			"level":      f.Severity,
			"message":    text(f.Message),
			"locations":  sarifLocations(f),
			"properties": object{"logicalIds": f.LogicalIDs, "environment": f.Environment, "boundary": f.Boundary},
		})
	}
	for _, e := range r.Errors {
		notifications = append(notifications, object{"level": Error, "message": text(e.Message), "locations": sarifLocations(Finding{File: e.File})})
	}
	return WriteJSON(w, object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool":        object{"driver": object{"name": tool.Name, "version": tool.Version, "language": language, "rules": rules}},
			"invocations": []object{{"executionSuccessful": len(r.Errors) == 0, "toolExecutionNotifications": notifications}},
			"results":     results,
			"language":    language,
		}},
	})
}

// sarifLocations is the line of a finding, or, if that is 0, its file; nothing if it has no file.
func sarifLocations(f Finding) []object {
	if f.ARN == "" && f.File == "" {
		return []object{}
	}
	file := url.URL{Path: filepath.ToSlash(f.File)}
	if filepath.IsAbs(f.File) {
		file.Scheme = "file"
	}
	location := object{"artifactLocation": object{"uri": cmp.Or(f.ARN, file.String())}}
	if f.Line > 0 {
		location["region"] = object{"startLine": f.Line}
	}
	return []object{{"physicalLocation": location}}
}
