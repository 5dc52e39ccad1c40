package template

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"
)

func TestMentions(t *testing.T) {
	utf16File := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune("Resources: {}\n")) {
		utf16File = binary.LittleEndian.AppendUint16(utf16File, unit)
	}
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
		"UTF_16":            {string(utf16File), true},
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
