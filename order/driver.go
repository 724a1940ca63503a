package order

import (
	"context"

	"github.com/mallwire/mall"
)

// Driver is what a platform must supply. The powers beside it ([Decrypter],
// [Encrypter], [Merger], [Writer], [CaseDriver], [CaseRemarker], [Interceptor]) are what it
// may supply as well. Applications use [Service], and [Can] to ask for a power.
//
// All methods must be safe for concurrent use, and what they return belongs to
// the caller. Failures are *mall.Error; [Service] adds what was tried.
type Driver interface {
	Platform() mall.Platform
	Limits() Limits
	// Page answers one question: From, To and PageSize of q are set and within
	// the limits. Both ends of the range must be covered; rows outside it or of
	// another status do no harm. Rows must come in ascending order of the clock
	// that q chooses.
	//
	// The cursor is empty at first and then the Next of the reply before. Where
	// pages are numbered ([mall.ListLimits].Numbered), it is the number of the page,
	// counted from "0" whatever the platform counts from; the empty cursor asks for
	// page 0. The reply must carry Total then, and its Next is not read.
	//
	// Items must hold all rows of the page, also those that the driver could leave
	// out by itself. Records that cannot be read must not cost the page: they are
	// listed in a [BadRecordsError], returned along with the rest of the page.
	Page(ctx context.Context, q Query, cursor string) (mall.Page[Order], error)
	// Get reads one order. An unknown id is mall.ErrNotFound.
	Get(ctx context.Context, id string) (Order, error)
}

// Decrypter is a [Driver] that can turn ciphers into plain texts. Each text has
// its OrderID and its Cipher. The answers come in the order of the questions, one
// for each: the question with its Plain filled in, or with an error.
type Decrypter interface {
	Decrypt(ctx context.Context, texts []Text) ([]mall.Result[Text], error)
}

// Encrypter is a [Driver] that can turn personal texts into their other forms,
// answered as by a [Decrypter].
type Encrypter interface {
	// Mask fills in Mask from the Cipher.
	Mask(ctx context.Context, texts []Text) ([]mall.Result[Text], error)
	// Encrypt fills in Cipher from OrderID, Kind and Plain.
	Encrypt(ctx context.Context, texts []Text) ([]mall.Result[Text], error)
	// SearchIndex fills in Index from Kind and Plain.
	SearchIndex(ctx context.Context, texts []Text) ([]mall.Result[Text], error)
}

// Merger is a [Driver] that can tell which orders may share a parcel.
type Merger interface {
	Mergeable(ctx context.Context, orders []Order) ([][]string, error)
}

// Writer is a [Driver] that can write to orders.
type Writer interface {
	// SetRemark writes the merchant's remark. Whether the platform writes it over
	// the one that is there or puts it before that one, the order must show it from
	// then on. A call whose answer is lost must not be repeated by the driver unless
	// the platform overwrites: it is mall.ErrUnknownOutcome, and [Service.SetRemark]
	// looks.
	SetRemark(ctx context.Context, id string, r Remark) error
	// Close closes an order that is not paid. A call whose answer is lost must not be
	// repeated: it is mall.ErrUnknownOutcome. The reason may be empty, and is left
	// out where the platform does not take one.
	Close(ctx context.Context, id, reason string) error
}

// CaseDriver is a [Driver] that can list, read and decide after-sale cases.
type CaseDriver interface {
	// CaseLimits are those of PageCases, which keeps the promises of [Driver].Page.
	CaseLimits() mall.ListLimits
	PageCases(ctx context.Context, q CaseQuery, cursor string) (mall.Page[Case], error)
	// GetCase reads one case. An unknown id is mall.ErrNotFound, or what else the
	// platform says of it.
	GetCase(ctx context.Context, id string) (Case, error)
	// Decide answers a case. It is given the case as it was read, whose Updated says
	// which version the merchant saw: where the platform can compare it, a case that
	// changed since is refused. A decision that the platform has no word for is
	// mall.ErrNotSupported.
	Decide(ctx context.Context, c Case, d Decision) error
	// RejectReasons are those for which the case may be refused now.
	RejectReasons(ctx context.Context, caseID string) ([]RejectReason, error)
}

// CaseRemarker is a [Driver] that can write the merchant's remark on a case.
type CaseRemarker interface {
	RemarkCase(ctx context.Context, caseID, text string) error
}

// Interceptor is a [Driver] that can have parcels of a case stopped on their
// way. It answers once for each parcel, in any order.
type Interceptor interface {
	Intercept(ctx context.Context, caseID string, parcels []Parcel) ([]Interception, error)
}

// Can reports whether the platform has the calls of a power, such as [Decrypter]:
//
//	order.Can[order.Decrypter](shop.Orders)
//
// Without them the methods of [Service] that need the power fail with
// mall.ErrNotSupported. A nil service can do nothing.
func Can[Power any](s *Service) bool {
	if s == nil {
		return false
	}
	_, ok := s.driver.(Power)
	return ok
}
