package template

import "testing"

func TestMentions(t *testing.T) {
	for name, test := range map[string]struct {
		file string
		want bool
	}{
		"section":           {"Resources:\n", true},
		"type":              {"x: [AWS::IAM::Role\n", true},
		"JSON_escape":       {`{"\u0052esources": `, true},
		"JSON_escaped_type": {`{"Type": "AWS\u003A\u003aIAM"`, true},
		"YAML_escapes":      {`"\x52e\U00000073ources": [`, true},
		"joined_lines":      {"\"Reso\\\n   urces\": [", true},
		"joined_CRLF_lines": {"\"Reso\\\r\nurces\": [", true},
		"joined_odd_lines":  {"\"Re\\\rso\\\u0085ur\\\u2028ces\": [", true},
		"UTF_16":            {inUTF16("Resources: {}\n"), true},
		"bad_UTF_8":         {"Resources: \xff", true},
		"other":             {"services: [", false},
		"other_name":        {"resources: AWS:", false},
		"empty":             {"", false},
		"short_escape":      {`\x5 \u52 \`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Mentions([]byte(test.file)); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
