package kuaishou

import (
	"context"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/wire"
)

// PrintElement is something that a label can show (打印项), for those who design
// templates.
type PrintElement struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Remark  string `json:"remark,omitempty"`
	Custom  bool   `json:"custom"` // of the shop's own templates, not of the platform's
	Content string `json:"content,omitempty"`
}

// PrintElements calls open.express.printer.element.query. Errors are those of
// client.Call.
func PrintElements(ctx context.Context, shop *client.Shop) ([]PrintElement, error) {
	rows, err := client.Call[wire.List[wireElement]](ctx, shop, "open.express.printer.element.query", nil)
	if err != nil {
		return nil, err
	}
	var list []PrintElement
	for _, r := range rows {
		list = append(list, PrintElement{r.Code, r.Name, r.Remark, r.Type == customElement, r.Content})
	}
	return list, nil
}

// District is a region of the platform's table, with those in it. Municipalities
// (直辖市) stand in it twice, once on each of the two upper levels.
type District struct {
	Code string     `json:"code"`
	Name string     `json:"name"`
	In   []District `json:"in,omitempty"`
}

// Districts calls open.address.district.list for the table of 2021, which has
// four levels; addresses are written in its codes. It is large: keep it. Errors
// are those of client.Call.
func Districts(ctx context.Context, shop *client.Shop) ([]District, error) {
	answer, err := client.Call[districtAnswer](ctx, shop, "open.address.district.list", districtParams{"2021"})
	if err != nil {
		return nil, err
	}
	return districtsOf(answer.Districts), nil
}

// wire types

const customElement = 2

type wireElement struct {
	Code    string   `json:"itemCode"`
	Name    string   `json:"itemName"`
	Remark  string   `json:"itemRemark"`
	Type    wire.Int `json:"itemType"`
	Content string   `json:"itemContent"`
}

type districtParams struct {
	Version string `json:"districtVersion"`
}

type districtAnswer struct {
	Districts wire.List[wireDistrict] `json:"districts"`
}

type wireDistrict struct {
	Code wire.Text               `json:"code"`
	Name string                  `json:"name"`
	In   wire.List[wireDistrict] `json:"children"`
}

func districtsOf(rows []wireDistrict) (list []District) {
	for _, r := range rows {
		list = append(list, District{string(r.Code), r.Name, districtsOf(r.In)})
	}
	return list
}
