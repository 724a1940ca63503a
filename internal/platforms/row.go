package platforms

// Row names a capability in the support matrix of the READMEs.
type Row string

// The capabilities. Package internal/matrix says when a driver has one.
const (
	Signing       Row = "signing"
	Tokens        Row = "tokens"
	Orders        Row = "orders"
	Remark        Row = "remark"
	Merge         Row = "merge"
	Close         Row = "close"
	Privacy       Row = "privacy"
	SpecChange    Row = "spec change"
	Address       Row = "address"
	AddressReview Row = "address review"
	Intercept     Row = "intercept"
	Shipping      Row = "shipping"
	Waybills      Row = "waybills"
	Traces        Row = "traces"
	Goods         Row = "goods"
	AfterSale     Row = "after-sale"
	StopParcel    Row = "stop parcel"
	Dropship      Row = "dropship"
	DropshipMore  Row = "dropship more"
	Pushes        Row = "pushes"
	SPI           Row = "spi"
	AnyMethod     Row = "any method"
	TheirSandbox  Row = "their sandbox"
	OurSandbox    Row = "our sandbox"
)
