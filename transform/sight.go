package transform

import "bytes"

// hidden tells whether a resource of a type may make roles where no macro can see them: in another stack
// operation, or by code of its own.
func (p parser) hidden(kind []byte, properties span) (bool, error) {
	switch string(kind) {
	case "AWS::CloudFormation::StackSet",
		"AWS::CloudFormation::CustomResource",
		"AWS::ServiceCatalog::CloudFormationProvisionedProduct":
		return true, nil
	case "AWS::SecretsManager::RotationSchedule":
		// Its property HostedRotationLambda makes CloudFormation deploy a nested stack with a function.
		return p.hasMember(properties, "HostedRotationLambda")
	default:
		return bytes.HasPrefix(kind, []byte("Custom::")), nil
	}
}

// hasMember tells whether there is an object at a place that has, or by an intrinsic function may have, a
// member of the name.
func (p parser) hasMember(at span, member string) (found bool, err error) {
	if !at.Found() {
		return false, nil
	}
	s := p.within(at)
	if s.peek() != '{' {
		return false, nil
	}
	_, err = s.object(func(name []byte) error {
		found = found || string(name) == member || bytes.HasPrefix(name, []byte("Fn::"))
		_, err := s.value()
		return err
	})
	return found, err
}
