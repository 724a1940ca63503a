package kuaishou

import (
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// The types of address book entries.
const (
	entryReturnTo = 2
	entryShipFrom = 3
)

// entriesMost is the most entries of one type.
const entriesMost = 50

// entry is an entry of a shop's address book.
type entry struct {
	ID      int64     `json:"addressId"`
	Base    entryBase `json:"baseInfo"`
	Status  int       `json:"addressStatus"` // 1 normal
	Default bool      `json:"defaultAddress"`
	Type    int       `json:"addressType"`
	Source  int       `json:"sourceType"`
	Created int64     `json:"createTime"`
	Updated int64     `json:"updateTime"`
}

// entryBase is the address itself, in plain text.
type entryBase struct {
	Name   string `json:"consignee"`
	Mobile string `json:"mobile"`
	Detail string `json:"address"`
	region
	MetaVersion int `json:"addressMetaVersion"`
}

// complete requires all four levels, with the codes of 2021.
func (b entryBase) complete() bool {
	return b.Name != "" && b.Mobile != "" && b.Detail != "" && b.ProvinceCode != 0 && b.CityCode != 0 &&
		b.DistrictCode != 0 &&
		b.TownCode != 0 && b.Province != "" && b.City != "" && b.District != "" && b.MetaVersion == addressMeta
}

// entryAsked holds the parameters of the address book methods.
type entryAsked struct {
	ID      int64      `json:"addressId"`
	Type    int        `json:"addressType"`
	Default bool       `json:"defaultAddress"`
	Base    *entryBase `json:"baseInfo"`
}

// book returns the address book of a shop, which starts with one entry of each
// type.
func (k *platform) book(sh *stage.Shop) []entry {
	if k.logistics.books[sh] == nil {
		at := receivers[1].region
		for _, kind := range []int{entryReturnTo, entryShipFrom} {
			k.enter(sh, entry{Type: kind, Default: true,
				Base: entryBase{"示例仓库", "19900000009", "示例路2号", at, addressMeta}})
		}
	}
	return k.logistics.books[sh]
}

// enter adds an entry and returns its id.
func (k *platform) enter(sh *stage.Shop, e entry) int64 {
	k.logistics.addressNo++
	now := k.world.Now().UnixMilli()
	e.ID, e.Status, e.Created, e.Updated = firstAddress+k.logistics.addressNo, 1, now, now
	k.logistics.books[sh] = append(k.logistics.books[sh], e)
	return e.ID
}

// firstAddress is the number that entry ids count from.
const firstAddress = 8_800_000_000_000_000

func (k *platform) addressList(c *stage.Call) stage.Result {
	var p entryAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if p.Type != entryReturnTo && p.Type != entryShipFrom {
		return k.invalid("addressType")
	}
	list := []entry{}
	for _, e := range k.book(c.Shop) {
		if e.Type == p.Type {
			list = append(list, e)
		}
	}
	return k.succeed(list)
}

// entryOf returns the index of an entry of the calling shop, or a refusal with
// an invented text.
func (k *platform) entryOf(c *stage.Call, id int64) (int, stage.Result, bool) {
	i := slices.IndexFunc(k.book(c.Shop), func(e entry) bool { return e.ID == id })
	if i < 0 {
		return 0, k.rejected("地址不存在"), false
	}
	return i, stage.Result{}, true
}

func (k *platform) addressGet(c *stage.Call) stage.Result {
	var p entryAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	i, refusal, ok := k.entryOf(c, p.ID)
	if !ok {
		return refusal
	}
	return k.succeed(k.book(c.Shop)[i])
}

func (k *platform) addressCreate(c *stage.Call) stage.Result {
	var p entryAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	same := 0
	for _, e := range k.book(c.Shop) {
		if e.Type == p.Type {
			same++
		}
	}
	switch {
	case p.Type != entryReturnTo && p.Type != entryShipFrom:
		return k.invalid("addressType")
	case p.Base == nil || !p.Base.complete():
		return k.invalid("baseInfo")
	case same >= entriesMost:
		return k.rejected("地址数量超过上限")
	}
	id := k.enter(c.Shop, entry{Type: p.Type, Base: *p.Base})
	if p.Default {
		k.setDefault(c.Shop, id)
	}
	return k.succeed(map[string]int64{"addressId": id})
}

// bookUpdate replaces an entry. The default entry cannot be unset, only
// replaced by another.
func (k *platform) bookUpdate(c *stage.Call) stage.Result {
	var p entryAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	i, refusal, ok := k.entryOf(c, p.ID)
	if !ok {
		return refusal
	}
	e := &k.book(c.Shop)[i]
	switch {
	case p.Base == nil || !p.Base.complete():
		return k.invalid("baseInfo")
	case e.Default && !p.Default:
		return k.rejected("默认地址不可直接取消")
	}
	e.Base, e.Updated = *p.Base, k.world.Now().UnixMilli()
	if p.Default {
		k.setDefault(c.Shop, p.ID)
	}
	return k.Success(nil)
}

// setDefault makes an entry the default of its type.
func (k *platform) setDefault(sh *stage.Shop, id int64) {
	book := k.book(sh)
	kind := book[slices.IndexFunc(book, func(e entry) bool { return e.ID == id })].Type
	for i := range book {
		if book[i].Type == kind {
			book[i].Default = book[i].ID == id
		}
	}
}

// district is a region of the platform's table.
type district struct {
	Code     int64      `json:"code"`
	Name     string     `json:"name"`
	Children []district `json:"children"`
}

// districtList answers the regions that the example receivers live in.
func (k *platform) districtList(c *stage.Call) stage.Result {
	var p struct {
		Version string `json:"districtVersion"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if p.Version != "2017" && p.Version != "2021" {
		return k.invalid("districtVersion")
	}
	list := []district{}
	for _, r := range receivers {
		a := r.region
		towns := []district{}
		if p.Version == "2021" {
			towns = append(towns, district{a.TownCode, a.Town, []district{}})
		}
		list = append(list, district{a.ProvinceCode, a.Province,
			[]district{{a.CityCode, a.City, []district{{a.DistrictCode, a.District, towns}}}}})
	}
	return k.succeed(map[string]any{"districtVersion": p.Version, "districts": list})
}
