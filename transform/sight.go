package transform

import "strings"

// sight notes a resource that may make roles where no macro can see them: in another stack operation,
// or by code of its own.
func (p parser) sight(r Resource, properties span) error {
	hidden := strings.HasPrefix(r.Type, "Custom::")
	switch r.Type {
	case "AWS::CloudFormation::Stack",
		"AWS::CloudFormation::StackSet",
		"AWS::CloudFormation::CustomResource",
		"AWS::ServiceCatalog::CloudFormationProvisionedProduct":
		hidden = true
	case "AWS::SecretsManager::RotationSchedule":
		// Its property HostedRotationLambda makes CloudFormation deploy a nested stack with a function.
		if s := scan(p.source, properties); properties.Found() && s.peek() == '{' {
			_, err := s.object(func(name []byte) error {
				hidden = hidden || string(name) == "HostedRotationLambda"
				_, err := s.value()
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	if hidden {
		p.OutOfSight = append(p.OutOfSight, r)
	}
	return nil
}
