package cfn

import (
	"slices"
	"strings"
)

// The sections of a template that this program reads. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
const (
	SectionVersion    = "AWSTemplateFormatVersion"
	SectionTransform  = "Transform"
	SectionParameters = "Parameters"
	SectionMappings   = "Mappings"
	SectionConditions = "Conditions"
	SectionResources  = "Resources"
)

// The attributes of a resource, and the property that names a permissions boundary. A declaration of a
// transform has members Name and Parameters.
const (
	AttributeType       = "Type"
	AttributeProperties = "Properties"
	AttributeCondition  = "Condition"
	AttributeMetadata   = "Metadata"

	PropertyBoundary    = "PermissionsBoundary"
	PropertyTrustPolicy = "AssumeRolePolicyDocument"
	PropertyTemplateURL = "TemplateURL"
	PropertyLocation    = "Location"
	PropertyParameters  = "Parameters"

	// MetadataAssetPath is the member of a resource's Metadata in which CDK names the file of its template.
	MetadataAssetPath = "aws:asset:path"

	TransformName       = "Name"
	TransformParameters = "Parameters"
)

// The resource types that this program knows by name.
const (
	TypeRole  = "AWS::IAM::Role"
	TypeUser  = "AWS::IAM::User"
	TypeStack = "AWS::CloudFormation::Stack"

	// PrefixServerless is what the names of SAM's types begin with.
	PrefixServerless          = "AWS::Serverless::"
	TypeServerlessApplication = PrefixServerless + "Application"
)

// CustomPrefix is what the types of custom resources begin with. The rest is the template author's choice.
const CustomPrefix = "Custom::"

// IsTypeName reports whether a resource type has the form of a type name: A::B::C, or Custom::NAME. See
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html.
func IsTypeName(typ string) bool {
	const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	if name, isCustom := strings.CutPrefix(typ, CustomPrefix); isCustom {
		return name != "" && strings.Trim(name, characters+"_@-:") == ""
	}
	parts := strings.Split(typ, "::")
	return len(parts) == 3 && !slices.ContainsFunc(parts, func(part string) bool { return part == "" || strings.Trim(part, characters) != "" })
}

// The intrinsic functions, and what their names begin with.
const (
	FunctionPrefix    = "Fn::"
	FunctionRef       = "Ref"
	FunctionTransform = "Fn::Transform"
	FunctionLoop      = "Fn::ForEach"
	LoopPrefix        = FunctionLoop + "::"

	FunctionBase64         = "Fn::Base64"
	FunctionFindInMap      = "Fn::FindInMap"
	FunctionGetAtt         = "Fn::GetAtt"
	FunctionGetStackOutput = "Fn::GetStackOutput"
	FunctionIf             = "Fn::If"
	FunctionImportValue    = "Fn::ImportValue"
	FunctionJoin           = "Fn::Join"
	FunctionSelect         = "Fn::Select"
	FunctionSplit          = "Fn::Split"
	FunctionSub            = "Fn::Sub"
	FunctionToJSON         = "Fn::ToJsonString"
)

// NoValue is the pseudo parameter whose Ref removes a property.
const NoValue = "AWS::NoValue"

// Transforms of AWS itself.
const (
	TransformLanguageExtensions = "AWS::LanguageExtensions"
	TransformServerless         = "AWS::Serverless-2016-10-31"
)

// DefaultMacro is the name under which templates declare the macro, unless its operator chose another.
const DefaultMacro = "AmplifyBoundary"

// The parameters that a declaration of the macro can have.
const (
	ParameterEnvironment = "Environment"
	ParameterProject     = "Project"
	ParameterRevision    = "Revision"
)
