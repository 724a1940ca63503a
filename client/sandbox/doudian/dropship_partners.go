package doudian

import (
	"fmt"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ActDropship carries out what a merchant or factory does on the platform's web
// pages.
func (d *platform) ActDropship(sh *stage.Shop, action, factoryID string) error {
	switch action {
	case "be_merchant":
		return d.become(sh, roleMerchant)
	case "be_factory":
		return d.become(sh, roleFactory)
	case "be_nothing":
		return d.become(sh, roleNone)
	case "drop_address":
		d.dropship.noSender[sh] = true
		return nil
	case "keep_address":
		delete(d.dropship.noSender, sh)
		return nil
	}
	return d.changeBond(sh, action, factoryID)
}

// become sets a shop's role, which is fixed from its first application on, sent
// or received.
func (d *platform) become(sh *stage.Shop, role role) error {
	if d.dropship.roles[sh] == role {
		return nil
	}
	if slices.ContainsFunc(d.dropship.bonds, func(b *bond) bool { return b.Merchant == sh || b.Factory == sh }) {
		return stage.Errorf(stage.ErrTaken,
			"the role of shop %s can no longer change: it has applied to a partner or received an application", sh.ID)
	}
	d.dropship.roles[sh] = role
	return nil
}

// changeBond changes the relation of a merchant and a factory.
func (d *platform) changeBond(merchant *stage.Shop, action, factoryID string) error {
	factory, err := d.world.Shop(factoryID)
	if err != nil {
		return err
	}
	b, now := d.bond(merchant, factory.ID), d.world.Now().Unix()
	refuse := func() error {
		return fmt.Errorf("sandbox: %.40q is not possible now between merchant %s and factory %s",
			action, merchant.ID, factory.ID)
	}
	if action == "apply" {
		if d.dropship.roles[merchant] != roleMerchant || d.dropship.roles[factory] != roleFactory {
			return refuse()
		}
		if b == nil {
			b = &bond{Bond: stage.Bond{Merchant: merchant, Factory: factory},
				alias: firstAlias + int64(len(d.dropship.bonds)) + 1, status: bindOver}
			d.dropship.bonds = append(d.dropship.bonds, b)
		}
		if b.status != bindOver && b.status != bindRefused {
			return refuse()
		}
		b.status, b.Applied, b.refused = bindPending, now, 0
		return nil
	}
	if b == nil {
		return refuse()
	}
	for _, step := range []struct {
		action   string
		from, to int
	}{
		{"accept", bindPending, bindOK}, {"refuse", bindPending, bindRefused},
		{"unbind_apply", bindOK, unbindPending}, {"unbind_accept", unbindPending, bindOver}, {"unbind_refuse", unbindPending, bindOK},
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

// seedFactories are the factories of the first example shop, one or more for
// each state of a relation.
var seedFactories = []struct {
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

// seedBonds is how long ago the example shops were bound, in seconds: before
// their first orders.
const seedBonds = 10 * 86400

// seedDropship makes factories, which are shops without orders, and binds them
// to a merchant.
func (d *platform) seedDropship(merchant *stage.Shop) {
	d.dropship.roles[merchant] = roleMerchant
	then := d.world.Now().Unix() - seedBonds
	for i, f := range seedFactories {
		sh := d.world.AddShop(f.id, f.name)
		sh.Factory = true
		d.dropship.roles[sh] = roleFactory
		for _, action := range f.actions {
			if err := d.changeBond(merchant, action, f.id); err != nil {
				panic("sandbox: example factory: " + err.Error()) // the steps above are valid
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
