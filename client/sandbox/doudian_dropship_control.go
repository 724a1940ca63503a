package sandbox

import (
	"fmt"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ActDropship carries out what either side does on the platform's pages.
func (d *doudian) ActDropship(sh *stage.Shop, action, factoryID string) error {
	switch action {
	case "be_merchant":
		return d.become(sh, ddMerchant)
	case "be_factory":
		return d.become(sh, ddFactory)
	case "be_nothing":
		return d.become(sh, ddNoRole)
	case "drop_address":
		d.dropship.nowhere[sh] = true
		return nil
	case "keep_address":
		delete(d.dropship.nowhere, sh)
		return nil
	}
	return d.changeBond(sh, action, factoryID)
}

// become chooses a role, which is fixed once an application was sent or
// received.
func (d *doudian) become(sh *stage.Shop, role ddRole) error {
	if d.dropship.roles[sh] == role {
		return nil
	}
	if slices.ContainsFunc(d.dropship.bonds, func(b *ddBond) bool { return b.Merchant == sh || b.Factory == sh }) {
		return stage.Errorf(stage.ErrTaken, "the role of shop %s is fixed: binding has begun", sh.ID)
	}
	d.dropship.roles[sh] = role
	return nil
}

// changeBond is what either side does on the platform's pages.
func (d *doudian) changeBond(merchant *stage.Shop, action, factoryID string) error {
	factory, err := d.world.Shop(factoryID)
	if err != nil {
		return err
	}
	b, now := d.bond(merchant, factory.ID), d.world.Now().Unix()
	refuse := func() error {
		return fmt.Errorf("sandbox: %.40q is not possible between %s and %s", action, merchant.ID, factory.ID)
	}
	if action == "apply" {
		if d.dropship.roles[merchant] != ddMerchant || d.dropship.roles[factory] != ddFactory {
			return refuse()
		}
		if b == nil {
			b = &ddBond{Bond: stage.Bond{Merchant: merchant, Factory: factory}, alias: ddFirstAlias + int64(len(d.dropship.bonds)) + 1, status: ddBindOver}
			d.dropship.bonds = append(d.dropship.bonds, b)
		}
		if b.status != ddBindOver && b.status != ddBindRefused {
			return refuse()
		}
		b.status, b.Applied, b.refused = ddBindPending, now, 0
		return nil
	}
	if b == nil {
		return refuse()
	}
	for _, step := range []struct {
		action   string
		from, to int
	}{
		{"accept", ddBindPending, ddBindOK}, {"refuse", ddBindPending, ddBindRefused},
		{"unbind_apply", ddBindOK, ddUnbindPending}, {"unbind_accept", ddUnbindPending, ddBindOver}, {"unbind_refuse", ddUnbindPending, ddBindOK},
	} {
		if step.action != action || step.from != b.status {
			continue
		}
		b.status = step.to
		switch action {
		case "accept":
			b.Bound = now
		case "refuse":
			b.refused = now
		}
		return nil
	}
	return refuse()
}

// ddSeedFactories are the factories of the first example shop, one for each
// state of a bond. The time is how long ago.
var ddSeedFactories = []struct {
	id, name string
	actions  []string
}{
	{"20000001", "示例一厂", []string{"apply", "accept"}},
	{"20000002", "示例二厂", []string{"apply", "accept"}},
	{"20000003", "示例三厂", []string{"apply"}},
	{"20000004", "示例四厂", []string{"apply", "refuse"}},
	{"20000005", "示例五厂", []string{"apply", "accept", "unbind_apply", "unbind_accept"}},
	{"20000006", "示例六厂", []string{"apply", "accept", "unbind_apply"}},
}

// ddSeedBonds is how long before now the example shops were bound, which is
// before their first orders.
const ddSeedBonds = 10 * 86400

// seedDropship binds factories to a merchant. They are shops without orders.
func (d *doudian) seedDropship(merchant *stage.Shop) {
	d.dropship.roles[merchant] = ddMerchant
	then := d.world.Now().Unix() - ddSeedBonds
	for i, f := range ddSeedFactories {
		sh := d.world.AddShop(f.id, f.name)
		sh.Factory = true
		d.dropship.roles[sh] = ddFactory
		for _, action := range f.actions {
			if err := d.changeBond(merchant, action, f.id); err != nil {
				panic("sandbox: example factory: " + err.Error()) // steps of our own
			}
		}
		b := d.dropship.bonds[i]
		b.Applied = then - 3600
		if b.Bound > 0 {
			b.Bound = then
		}
		if b.refused > 0 {
			b.refused = then
		}
	}
}
