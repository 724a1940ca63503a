package kuaishou

import (
	"fmt"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// bond is a relation between a merchant and a factory (代发关系), from the
// application on.
type bond struct {
	stage.Bond
	status            bondState
	audited, ended    int64
	words, answer     string
	endedBy, endedWhy string
	alias             string // userCode: the code that stands for the merchant on the factory's side
}

// bondState is an index into the rules' BindingStates.
type bondState int

const (
	bindPending bondState = iota
	bindOK
	bindRefused
	bindOver
)

// bond returns the newest relation of a merchant with a factory, or nil.
func (k *platform) bond(merchant, factory *stage.Shop) *bond {
	for _, b := range slices.Backward(k.dropship.bonds) {
		if b.Merchant == merchant && b.Factory == factory {
			return b
		}
	}
	return nil
}

// factoryByCode returns the factory with that code, or nil.
func (k *platform) factoryByCode(code string) *stage.Shop {
	for sh, known := range k.dropship.codes {
		if known == code && k.dropship.roles[sh] == roleFactory {
			return sh
		}
	}
	return nil
}

func (k *platform) bondByCode(merchant *stage.Shop, code string) *bond {
	if factory := k.factoryByCode(code); factory != nil {
		return k.bond(merchant, factory)
	}
	return nil
}

func (k *platform) dsRelationList(c *stage.Call) stage.Result {
	var p struct {
		Factory string `json:"factoryCode"`
		Begin   int64  `json:"beginApplyTime"`
		End     int64  `json:"endApplyTime"`
		Page    *int   `json:"pageIndex"`
		Size    int    `json:"pageSize"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	rules := k.rules.Dropship
	first := 1
	if rules.PartnersFromZero {
		first = 0
	}
	if p.Page == nil || *p.Page < first || p.Size < 1 || p.Size > rules.PageMost {
		return k.invalid("pageIndex或pageSize")
	}
	rows := []map[string]any{}
	for _, b := range k.dropship.bonds {
		if b.Merchant != c.Shop || !rules.KeepApplications && b != k.bond(b.Merchant, b.Factory) ||
			p.Factory != "" && p.Factory != k.dropship.codes[b.Factory] || p.Begin > b.Applied || p.End != 0 &&
			p.End < b.Applied {
			continue
		}
		state := rules.BindingStates[b.status]
		rows = append(rows, map[string]any{
			"merchantCode": k.dropship.codes[b.Merchant], "merchantName": b.Merchant.Name,
			"factoryCode": k.dropship.codes[b.Factory], "factoryName": b.Factory.Name,
			"bindingStatus": state.Status, "bindingStatusDesc": state.Desc, "applyTime": b.Applied, "applyContent": b.words,
			"auditTime": b.audited, "auditContent": b.answer, "unboundParty": b.endedBy, "unboundTime": b.ended, "unboundReason": b.endedWhy,
		})
	}
	total := len(rows)
	return k.succeed(map[string]any{"total": total, "relationList": stage.PageOf(rows, *p.Page-first, p.Size)})
}

func (k *platform) dsApply(c *stage.Call) stage.Result {
	var p struct {
		List []struct {
			RequestID string `json:"requestId"`
			Factory   string `json:"factoryCode"`
			Words     string `json:"applyContent"`
		} `json:"applyRequestList"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if len(p.List) == 0 || len(p.List) > k.rules.Dropship.BatchMost {
		return k.invalid("applyRequestList")
	}
	rows := []map[string]any{}
	for _, e := range p.List {
		factory, why := k.factoryByCode(e.Factory), ""
		switch {
		case e.RequestID == "" || e.Words == "":
			why = "requestId或applyContent为空"
		case factory == nil:
			why = "厂家不存在"
		default:
			why = k.apply(c.Shop, factory, e.Words, c.Now.UnixMilli())
		}
		rows = append(rows, k.outcome("requestId", e.RequestID, why))
	}
	return k.succeed(rows)
}

func (k *platform) apply(merchant, factory *stage.Shop, words string, now int64) string {
	alias := ""
	if b := k.bond(merchant, factory); b != nil {
		switch b.status {
		case bindPending:
			return "已申请，待厂家审核"
		case bindOK:
			return "已绑定该厂家"
		}
		alias = b.alias
	}
	if alias == "" {
		alias = fmt.Sprintf("U%04d", len(k.dropship.bonds)+1)
	}
	k.dropship.bonds = append(k.dropship.bonds,
		&bond{Bond: stage.Bond{Merchant: merchant, Factory: factory, Applied: now}, words: words, alias: alias})
	return ""
}

func (k *platform) dsUnbind(c *stage.Call) stage.Result {
	var p struct {
		List []struct {
			RequestID string `json:"requestId"`
			Factory   string `json:"factoryCode"`
			Reason    string `json:"unboundReason"`
		} `json:"unbindRequestList"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if len(p.List) == 0 || len(p.List) > k.rules.Dropship.BatchMost {
		return k.invalid("unbindRequestList")
	}
	rows := []map[string]any{}
	for _, e := range p.List {
		b, why := k.bondByCode(c.Shop, e.Factory), ""
		switch {
		case e.RequestID == "" || e.Reason == "":
			why = "requestId或unboundReason为空"
		case b == nil || b.status != bindOK:
			why = "未绑定该厂家"
		default:
			b.end("商家", e.Reason, c.Now.UnixMilli())
		}
		rows = append(rows, k.outcome("requestId", e.RequestID, why))
	}
	return k.succeed(rows)
}

// end ends the relation at once. Whether the other side must agree is
// unconfirmed. Allocated orders stay allocated.
func (b *bond) end(by, why string, now int64) {
	b.status, b.ended, b.endedBy, b.endedWhy = bindOver, now, by, why
}

// ActDropship carries out what a merchant or factory does on the platform's web
// pages.
func (k *platform) ActDropship(sh *stage.Shop, action, factoryID string) error {
	switch action {
	case "be_merchant":
		return k.become(sh, roleMerchant)
	case "be_factory":
		return k.become(sh, roleFactory)
	case "be_nothing":
		return k.become(sh, roleNone)
	}
	factory, err := k.world.Shop(factoryID)
	if err != nil {
		return err
	}
	b, now := k.bond(sh, factory), k.world.Now().UnixMilli()
	switch {
	case action == "apply" && k.dropship.roles[sh] == roleMerchant && k.dropship.roles[factory] == roleFactory &&
		k.apply(sh, factory, "示例：申请代发合作", now) == "":
	case action == "accept" && b != nil && b.status == bindPending:
		b.status, b.audited, b.Bound, b.answer = bindOK, now, now, "示例：同意"
	case action == "refuse" && b != nil && b.status == bindPending:
		b.status, b.audited, b.answer = bindRefused, now, "示例：暂不合作"
	case action == "unbind_accept" && b != nil && b.status == bindOK: // the factory ends the relation
		b.end("厂家", "示例：不再合作", now)
	default:
		return fmt.Errorf("sandbox: %.40q is not possible now between merchant %s and factory %s",
			action, sh.ID, factory.ID)
	}
	return nil
}

// become sets a shop's role, which is fixed from its first application on, sent
// or received.
func (k *platform) become(sh *stage.Shop, side role) error {
	if k.dropship.roles[sh] == side {
		return nil
	}
	if slices.ContainsFunc(k.dropship.bonds, func(b *bond) bool { return b.Merchant == sh || b.Factory == sh }) {
		return stage.Errorf(stage.ErrTaken,
			"the role of shop %s can no longer change: it has applied to a partner or received an application", sh.ID)
	}
	k.dropship.roles[sh] = side
	if k.dropship.codes[sh] == "" || k.dropship.codes[sh][0] != "-MF"[side] {
		k.dropship.codes[sh] = fmt.Sprintf("%c%04d", "-MF"[side], len(k.dropship.codes)+1)
	}
	return nil
}

// seedFactories are the factories of the first example shop, one or more for
// each state of a relation.
var seedFactories = []struct {
	id, name string
	actions  []string
}{
	{"2000000001", "示例一厂", []string{"apply", "accept"}},
	{"2000000002", "示例二厂", []string{"apply", "accept"}},
	{"2000000003", "示例三厂", []string{"apply"}},
	{"2000000004", "示例四厂", []string{"apply", "refuse"}},
	{"2000000005", "示例五厂", []string{"apply", "accept", "unbind_accept"}},
}

// seedDropship makes factories, which are shops without orders, and binds them
// to a merchant, before its first orders.
func (k *platform) seedDropship(merchant *stage.Shop) {
	must := func(err error) {
		if err != nil {
			panic("sandbox: example factory: " + err.Error()) // the steps above are valid
		}
	}
	must(k.become(merchant, roleMerchant))
	for _, f := range seedFactories {
		sh := k.world.AddShop(f.id, f.name)
		sh.Factory = true
		must(k.become(sh, roleFactory))
		for _, action := range f.actions {
			must(k.ActDropship(merchant, action, f.id))
		}
	}
	for _, b := range k.dropship.bonds {
		for _, at := range []*int64{&b.Applied, &b.audited, &b.Bound, &b.ended} {
			if *at != 0 {
				*at -= seedBonds
			}
		}
	}
}

// seedBonds is how long ago the example shops were bound.
const seedBonds = 10 * day
