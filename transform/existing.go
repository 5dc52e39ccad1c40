package transform

import "amplify-boundary/internal/cfn"

// ExistingMode says what becomes of a boundary, other than the environment's, that a role already has.
type ExistingMode string

// The ways to treat an existing boundary. Under Keep and Reject, null, the empty string and
// {"Ref": "AWS::NoValue"} are no boundary, and a branch of Fn::If that holds one of them is filled. Under
// Keep so is what evaluates to one of them, and what may turn out absent is a fault.
const (
	Replace ExistingMode = "replace" // every role carries the environment's boundary
	Keep    ExistingMode = "keep"    // the role's own boundary stays
	Reject  ExistingMode = "reject"  // the role's own boundary is a fault
)

// fate is what becomes of a principal. One of whose alternatives some are filled and some kept is both.
type fate struct {
	added, replaced, kept, same bool

	refused bool
	problem Problem // where refused
}

// existing appends the edits that a principal with a boundary needs, and says what becomes of it.
func (b *binder) existing(p principal, alternatives []alternative) fate {
	mode, boundary := b.fragment.options.Existing, p.boundary.span()
	var equal, others, doubts int
	var vacant []cfn.Edit
	for _, a := range alternatives {
		if a.kind == literal && a.text == b.arn {
			equal++
			continue
		}
		judged := isKept
		if a.kind == absent {
			judged = isAbsent
		} else if mode == Keep {
			judged = b.keeper.judge(a, p.inLoop)
		}
		switch judged {
		case isAbsent:
			vacant = append(vacant, cfn.Edit{At: a.at, Text: b.quotedARN})
		case isKept:
			others++
		default:
			doubts++
		}
	}
	isWhole := alternatives[0].at == boundary
	switch {
	case isWhole && equal == 1:
		return fate{same: true}
	case mode == Replace:
		b.edits = append(b.edits, cfn.Edit{At: boundary, Text: b.quotedARN})
		return fate{added: equal+others == 0, replaced: equal+others > 0}
	case mode == Reject && others > 0:
		return fate{refused: true, problem: ExistingBoundary}
	case doubts > 0:
		return fate{refused: true, problem: DoubtfulBoundary}
	default:
		b.edits = append(b.edits, vacant...)
		return fate{added: len(vacant) > 0, kept: others > 0, same: len(vacant)+others == 0}
	}
}
