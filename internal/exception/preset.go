package exception

// Presets lists the exceptions for roles that AWS itself creates in an account. The name of each is that of the preset.
func Presets() []Exception {
	return []Exception{
		{
			Name:       "control-tower",
			Roles:      []string{"aws-controltower-*", "AWSControlTowerExecution", "stacksets-exec-*"},
			Stacks:     []string{"StackSet-AWSControlTower*"},
			Principals: []string{"arn:*:iam::*:role/AWSControlTowerExecution", "arn:*:iam::*:role/stacksets-exec-*"},
			Reason:     "AWS Control Tower creates and repairs these roles without a permissions boundary",
		},
		{
			Name:   "organizations",
			Roles:  []string{"OrganizationAccountAccessRole"},
			Reason: "AWS Organizations creates this role in new accounts without a permissions boundary",
		},
	}
}

// Preset returns the exception of a preset, and reports whether there is one of that name.
func Preset(name string) (Exception, bool) {
	return first(Presets(), func(e Exception) bool { return e.Name == name })
}

// PresetFor returns the preset that would leave a role out, and reports whether there is one.
func PresetFor(r Role) (Exception, bool) {
	return first(Presets(), func(e Exception) bool { return e.Matches(r) })
}

// AddCommand is the operator's command that records a preset. Flags lead to the registry.
func (e Exception) AddCommand(flags string) string {
	return "amplify-boundary except add " + e.Name + " --preset " + e.Name + flags
}
