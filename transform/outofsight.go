package transform

import (
	"slices"
	"strings"

	"amplify-boundary/internal/cfn"
)

const (
	typeRotation           = "AWS::SecretsManager::RotationSchedule"
	propertyHostedRotation = "HostedRotationLambda" // makes CloudFormation deploy a nested stack with a function
)

// isOutOfSight reports whether a resource of a type can have roles that no macro sees, because they are made by another
// stack operation or by code of its own.
func (p *parser) isOutOfSight(typ string, propertiesAt cfn.Span) bool {
	switch {
	case typ == typeRotation:
		return p.mayHave(propertiesAt, propertyHostedRotation)
	case strings.HasPrefix(typ, "AWS::"), strings.HasPrefix(typ, "Alexa::"), strings.HasPrefix(typ, "AMZN::"):
		return makesRoles(typ) // nobody else can register a type in these namespaces
	default:
		return true // custom resources, and what others registered
	}
}

// makesRoles reports whether creating a resource of one of AWS's own types can make a role, a stack, or a product with
// roles of its own. According to the type's resource schema, its create handler needs iam:CreateRole,
// cloudformation:CreateStack, cloudformation:CreateStackSet, or servicecatalog:ProvisionProduct. Roles and nested
// stacks are listed apart, and the role of AWS::SecurityLake::Subscriber has AWS's own boundary.
func makesRoles(typ string) bool {
	switch typ {
	case "AWS::Athena::DataCatalog",
		"AWS::CloudFormation::StackSet",
		"AWS::LaunchWizard::Deployment",
		"AWS::MWAA::Environment",
		"AWS::SSMQuickSetup::ConfigurationManager",
		"AWS::SSO::Assignment",
		"AWS::SageMaker::Project",
		"AWS::ServiceCatalog::CloudFormationProvisionedProduct",
		"AWS::CloudFormation::CustomResource": // runs code of its own, which its schema cannot describe
		return true
	default:
		return false
	}
}

// mayHave reports whether a value is an object that has a member with a name, or could get it by an intrinsic function.
func (p *parser) mayHave(at cfn.Span, name string) bool {
	return slices.ContainsFunc(p.again(at), func(m cfn.Member) bool { return m.Name == name || cfn.IsFunction(m.Name) })
}

// again lists the members of an object that has been read before. For anything else, the list is empty.
func (p *parser) again(at cfn.Span) []cfn.Member {
	if !at.Found() {
		return nil
	}
	object, _ := p.reader.Again(at).Members()
	return object.Members
}
