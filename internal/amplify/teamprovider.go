package amplify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"

	"amplify-boundary/internal/atomicfile"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
)

const (
	providerName = "awscloudformation"
	boundaryName = "PermissionsBoundaryPolicyArn"
)

// TeamProviderInfo is a project's team-provider-info.json, which lists the environments that the team shares.
type TeamProviderInfo struct {
	File         string
	Environments []Environment
	text         []byte
	edits        []cfn.Edit
}

// Environment is an environment in the file.
type Environment struct {
	Name      string
	Boundary  string // empty: none
	Bounded   bool   // whether the file has the boundary's key
	Region    string // empty: not in the file
	AccountID string // empty: not in the file

	object   cfn.Object
	provider cfn.Object // of the key awscloudformation; empty: there is none
}

// roleAccount matches the account in a role's ARN.
var roleAccount = regexp.MustCompile(`^arn:[a-z-]+:iam::(` + boundary.AccountPattern + `):role/`)

// TeamProviderInfo reads the file.
func (p Project) TeamProviderInfo() (*TeamProviderInfo, error) {
	info := &TeamProviderInfo{File: filepath.Join(p.dir, "team-provider-info.json")}
	var err error
	if info.text, err = p.read(info.File); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist; Amplify writes it when a project gets its first environment", info.File)
	} else if err != nil {
		return nil, err
	}
	all, err := cfn.ReadObject(info.text, info.File)
	if err != nil {
		return nil, err
	}
	for _, member := range all.Members {
		environment, err := info.read(member)
		if err != nil {
			return nil, err
		}
		info.Environments = append(info.Environments, environment)
	}
	return info, nil
}

func (t *TeamProviderInfo) read(member cfn.Member) (e Environment, err error) {
	e.Name = member.Name
	if e.object, err = cfn.ReadObjectAt(t.text, member.Value, t.File); err != nil {
		return e, err
	}
	provider, found := e.object.Find(providerName)
	if !found {
		return e, nil
	}
	if e.provider, err = cfn.ReadObjectAt(t.text, provider.Value, t.File); err != nil {
		return e, err
	}
	var boundary cfn.Member
	var isText bool
	boundary, e.Bounded = e.provider.Find(boundaryName)
	if e.Boundary, isText = cfn.Text(boundary.Value.Of(t.text)); e.Bounded && !isText {
		return e, fmt.Errorf("%s: %s of environment %s is not a string", t.File, boundaryName, e.Name)
	}
	region, _ := e.provider.Find("Region")
	e.Region, _ = cfn.Text(region.Value.Of(t.text))
	role, _ := e.provider.Find("AuthRoleArn")
	arn, _ := cfn.Text(role.Value.Of(t.text))
	if parts := roleAccount.FindStringSubmatch(arn); parts != nil {
		e.AccountID = parts[1]
	}
	return e, nil
}

// Set gives a boundary to an environment of the file, or removes it where the ARN is empty. It reports whether that is a
// change. It must be called at most once for each environment.
func (t *TeamProviderInfo) Set(e Environment, arn string) (changed bool) {
	if arn == e.Boundary && e.Bounded == (arn != "") {
		return false
	}
	boundary, _ := e.provider.Find(boundaryName)
	value := cfn.Quote(arn)
	var edit cfn.Edit
	switch {
	case arn == "":
		edit = cfn.Cut(t.text, e.provider.At, boundary.At)
	case e.Bounded:
		edit = cfn.Edit{At: boundary.Value, Text: value}
	case e.provider.At.Found():
		edit = cfn.Insert(t.text, e.provider.At, boundaryName, value)
	default:
		edit = cfn.Insert(t.text, e.object.At, providerName, cfn.Wrap(boundaryName, value))
	}
	t.edits = append(t.edits, edit)
	return true
}

// Texts returns the file as it was read, and with the changes.
func (t *TeamProviderInfo) Texts() (before, after []byte, err error) {
	after, err = cfn.Apply(t.text, t.edits)
	return t.text, after, err
}

// Write writes the changes and keeps every other byte of the file. It fails with [atomicfile.ErrChanged], and writes
// nothing, where the file is no longer as it was read.
func (t *TeamProviderInfo) Write(ctx context.Context) error {
	if len(t.edits) == 0 {
		return nil
	}
	before, after, err := t.Texts()
	if err != nil {
		return err
	}
	return atomicfile.Replace(ctx, t.File, before, after)
}
