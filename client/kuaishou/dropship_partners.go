package kuaishou

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/wire"
)

// Suppliers calls open.dropshipping.relation.list.
func (d dropshipDriver) Suppliers(ctx context.Context, page, size int) (mall.Page[dropship.Relation], error) {
	if !d.assume.Dropship.PartnersFromZero {
		page++
	}
	answer, err := relationList.Call(ctx, d.shop, relationParams{page, size})
	if err != nil {
		return mall.Page[dropship.Relation]{}, err
	}
	list := mall.Page[dropship.Relation]{Total: wire.Total(answer.Total)}
	for _, record := range answer.List {
		r, err := d.relation(relationList.Method, record)
		if err != nil {
			return mall.Page[dropship.Relation]{}, err
		}
		list.Items = append(list.Items, r)
	}
	return list, nil
}

// Apply calls open.dropshipping.relation.merchant.batch.apply.
func (d dropshipDriver) Apply(ctx context.Context, list []dropship.Application) ([]mall.Result[string], error) {
	p, keys := applyParams{}, map[string]string{}
	for _, a := range list {
		p.List = append(p.List, applyItem{a.Key, a.Supplier, a.Message})
		keys[a.Key] = a.Supplier
	}
	return partnerBatch(ctx, d, applyBinding, p, keys)
}

// Unbind calls open.dropshipping.relation.merchant.batch.unbind.
func (d dropshipDriver) Unbind(ctx context.Context, list []dropship.Parting) ([]mall.Result[string], error) {
	p, keys := unbindParams{}, map[string]string{}
	for _, x := range list {
		p.List = append(p.List, unbindItem{x.Key, x.Supplier, x.Reason})
		keys[x.Key] = x.Supplier
	}
	return partnerBatch(ctx, d, unbind, p, keys)
}

// partnerBatch calls a method that answers for each request id.
func partnerBatch[P any](
	ctx context.Context, d dropshipDriver, e driver.Endpoint[P, entries], params P, partners map[string]string,
) ([]mall.Result[string], error) {
	answer, err := e.Call(ctx, d.shop, params)
	if err != nil {
		return nil, err
	}
	outcomes := make([]mall.Result[string], 0, len(answer))
	for _, one := range answer {
		outcomes = append(outcomes, mall.Result[string]{Item: partners[one.RequestID], Err: d.entry(e.Method, one)})
	}
	return outcomes, nil
}

// relation reads a partner of a merchant.
func (d dropshipDriver) relation(m driver.Method, record []byte) (dropship.Relation, error) {
	var w wireRelation
	if err := json.Unmarshal(record, &w); err != nil {
		return dropship.Relation{}, m.Unexpected("partner", record, err)
	}
	word := wordsOf(w.Status)
	state, ok := d.assume.Dropship.BindingStates[word]
	if !ok {
		state = d.assume.Dropship.BindingStates[w.StatusText]
	}
	if w.StatusText != "" {
		word += "/" + w.StatusText
	}
	r := dropship.Relation{
		Platform: mall.Kuaishou, Partner: w.Factory, Name: w.FactoryName, State: state, PlatformState: word,
		Applied: w.Applied.Time, Unbound: w.Unbound.Time,
		Message: w.Message, Answer: w.Answer, Reason: w.Reason, Raw: bytes.Clone(record),
	}
	switch state {
	case dropship.RelationBound, dropship.RelationUnbindPending, dropship.RelationUnbound:
		r.Bound = w.Audited.Time
	case dropship.RelationRefused:
		r.Refused = w.Audited.Time
	}
	return r, nil
}

// endpoints and wire types

var (
	relationList = endpoint[relationParams, relationAnswer]("open.dropshipping.relation.list", repeatable)
	applyBinding = endpoint[applyParams, entries]("open.dropshipping.relation.merchant.batch.apply", write)
	unbind       = endpoint[unbindParams, entries]("open.dropshipping.relation.merchant.batch.unbind", write)
)

type relationParams struct {
	Page int `json:"pageIndex"`
	Size int `json:"pageSize"`
}

type relationAnswer struct {
	Total *wire.Int                              `json:"total"`
	List  wire.List[driver.Record[wireRelation]] `json:"relationList"`
}

type applyParams struct {
	List []applyItem `json:"applyRequestList"`
}

type applyItem struct {
	Key     string `json:"requestId"`
	Factory string `json:"factoryCode"`
	Message string `json:"applyContent"`
}

type unbindParams struct {
	List []unbindItem `json:"unbindRequestList"`
}

type unbindItem struct {
	Key     string `json:"requestId"`
	Factory string `json:"factoryCode"`
	Reason  string `json:"unboundReason"`
}

type wireRelation struct {
	Factory     string      `json:"factoryCode"`
	FactoryName string      `json:"factoryName"`
	Status      wire.Int    `json:"bindingStatus"`
	StatusText  string      `json:"bindingStatusDesc"`
	Applied     wire.Millis `json:"applyTime"`
	Message     string      `json:"applyContent"`
	Audited     wire.Millis `json:"auditTime"`
	Answer      string      `json:"auditContent"`
	Unbound     wire.Millis `json:"unboundTime"`
	Reason      string      `json:"unboundReason"`
}
