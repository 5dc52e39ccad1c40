package transform

import "strings"

// isOutOfSight reports whether a resource of a type may make roles where no macro can see them: in another
// stack operation, or by code of its own.
func (p *parser) isOutOfSight(typ string, properties span) (bool, error) {
	switch {
	case typ == "AWS::SecretsManager::RotationSchedule":
		// Its property HostedRotationLambda makes CloudFormation deploy a nested stack with a function.
		return p.mayHave(properties, "HostedRotationLambda")
	case strings.HasPrefix(typ, "AWS::"), strings.HasPrefix(typ, "Alexa::"), strings.HasPrefix(typ, "AMZN::"):
		return makesRoles(typ), nil // namespaces that nobody else can register
	default:
		return true, nil // custom resources, and what others registered
	}
}

// makesRoles reports whether creating a resource of one of AWS's own types may make a role, a stack or a
// product with roles of its own: its resource schema says that its create handler needs iam:CreateRole,
// cloudformation:CreateStack, cloudformation:CreateStackSet or servicecatalog:ProvisionProduct. Those are
// left out that have another place here: roles and nested stacks, and AWS::SecurityLake::Subscriber, whose
// role has a boundary of AWS's own.
func makesRoles(typ string) bool {
	switch typ {
	case "AWS::Athena::DataCatalog",
		"AWS::CloudFormation::StackSet",
		"AWS::LaunchWizard::Deployment",
		"AWS::MWAA::Environment",
		"AWS::SSMQuickSetup::ConfigurationManager",
		"AWS::SSO::Assignment",
		"AWS::SageMaker::Project",
		"AWS::ServiceCatalog::CloudFormationProvisionedProduct":
		return true
	case "AWS::CloudFormation::CustomResource": // runs code of its own; its schema cannot say what that does
		return true
	default:
		return false
	}
}

// mayHave reports whether there is an object at a place that has, or by an intrinsic function may have, a
// member of the name.
func (p *parser) mayHave(at span, name string) (may bool, err error) {
	if !at.Found() {
		return false, nil
	}
	s := p.within(at)
	if s.peek() != '{' {
		return false, nil
	}
	_, err = s.object(func(m member) error {
		may = may || string(m.name) == name || isFunction(m.name)
		return s.skip()
	})
	return may, err
}
