package demo

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// maker makes records. It is used by one goroutine at a time.
type maker struct {
	rng *rand.Rand
	seq int64
}

func newMaker(seed uint64, topic string) *maker {
	return &maker{rng: rand.New(rand.NewPCG(seed, uint64(hash(topic)))), seq: 10_000 + int64(hash(topic)%80_000)}
}

func (m *maker) next() int64 {
	m.seq++
	return m.seq
}

func pick[T any](m *maker, from []T) T { return from[m.rng.IntN(len(from))] }

// few gives a number below n, small ones far more often.
func (m *maker) few(n int) int {
	f := m.rng.Float64()
	return int(f * f * float64(n))
}

// moment is when something happened, in milliseconds since 1970: the same in each run,
// as all that is made.
func (m *maker) moment() int64 { return 1_772_366_400_000 + m.seq*137 }

func (m *maker) van() string { return fmt.Sprintf("van-%02d", m.rng.IntN(60)) }

// degrees is on a map: from a number on, with five digits.
func (m *maker) degrees(from, over float64) float64 {
	return math.Round((from+m.rng.Float64()*over)*1e5) / 1e5
}

func (m *maker) cents(most int) float64 { return float64(m.rng.IntN(most*100)+99) / 100 }

var (
	countries  = []string{"DE", "FR", "NL", "PL", "SE", "ES", "IT", "JP", "BR", "US"}
	currencies = []string{"EUR", "EUR", "EUR", "USD", "SEK", "PLN", "JPY"}
	orderState = []string{"CREATED", "CREATED", "PAID", "PAID", "PACKED", "SHIPPED", "DELIVERED", "CANCELLED"}
	pages      = []string{"/", "/search", "/cart", "/checkout", "/account", "/help", "/p/lamp-e27", "/p/desk-oak-160", "/p/kettle-1l", "/p/chair-47"}
	agents     = []string{"Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1)", "Mozilla/5.0 (Windows NT 10.0)", "app/8.14.2"}
	given      = []string{"Ada", "Björn", "Chloé", "Dmitri", "Elif", "Fatima", "Giulia", "Håkon", "Ines", "José", "Klára", "Łukasz", "美咲", "Noor", "Олена", "Zoë"}
	queries    = []string{"oak desk 160", "lampe e27", "büroschreibtisch", "chaise longue", "電気ケトル", "garden hose 25m", "чайник", "kaffeemaschine", "café moulin", "usb-c 240w", "كرسي", "toothbrush heads"}
	hosts      = []string{"web-01", "web-02", "web-03", "api-01", "api-02", "db-01", "db-02", "cache-01", "edge-fra-1", "edge-ams-1"}
)

func user(m *maker) string { return "user-" + strconv.Itoa(m.few(4000)) }

func order(m *maker, r *kgo.Record) {
	id, qty, price := m.next(), m.rng.IntN(4)+1, m.cents(180)
	who := user(m)
	r.Key = []byte(who)
	r.Value = fmt.Appendf(nil, `{"id":%d,"customer":%q,"state":%q,"currency":%q,"items":[{"sku":"SKU-%04d","quantity":%d,"price":%.2f}],"total":%.2f,"country":%q}`,
		id, who, pick(m, orderState), pick(m, currencies), m.few(900), qty, price, float64(qty)*price, pick(m, countries))
}

func click(m *maker, r *kgo.Record) {
	r.Value = fmt.Appendf(nil, `{"session":"%08x","page":%q,"ms":%d,"agent":%q,"country":%q}`,
		m.rng.Uint32(), pick(m, pages), 40+m.few(3000), pick(m, agents), pick(m, countries))
}

func payment(m *maker, r *kgo.Record) {
	id := m.next()
	r.Key = fmt.Appendf(nil, "order-%d", id)
	r.Value = fmt.Appendf(nil, `{"payment_id":"pay_%012x","order_id":%d,"amount":"%.2f","currency":%q,"method":%q,"state":%q}`,
		m.rng.Uint64()>>16, id, m.cents(700), pick(m, currencies), pick(m, []string{"card", "card", "sepa", "wallet"}), pick(m, []string{"AUTHORISED", "CAPTURED", "CAPTURED", "REFUNDED", "DECLINED"}))
}

// profile is for a compacted topic: few keys, and now and then a tombstone.
func profile(m *maker, r *kgo.Record) {
	n := m.few(600)
	r.Key = fmt.Appendf(nil, "user-%d", n)
	if m.rng.IntN(20) == 0 {
		return
	}
	r.Value = fmt.Appendf(nil, `{"id":%d,"name":%q,"email":"user-%d@shop.example","country":%q,"newsletter":%t,"since":"20%02d-%02d-%02d"}`,
		n, pick(m, given), n, pick(m, countries), m.rng.IntN(2) == 0, 14+n%12, 1+n%12, 1+n%28)
}

func audit(m *maker, r *kgo.Record) {
	r.Value = fmt.Appendf(nil, "actor=%s action=%s resource=%s/%d result=%s ip=10.%d.%d.%d", user(m),
		pick(m, []string{"login", "login", "logout", "read", "update", "delete", "grant"}), pick(m, []string{"order", "invoice", "user", "report"}), m.few(9000),
		pick(m, []string{"ok", "ok", "ok", "ok", "denied"}), m.rng.IntN(4), m.rng.IntN(250), m.rng.IntN(250))
}

// metric is binary: a 4-byte id, a count and two doubles, big endian.
func metric(m *maker, r *kgo.Record) {
	host := pick(m, hosts)
	r.Key = []byte(host)
	v := binary.BigEndian.AppendUint32(make([]byte, 0, 28), hash(host))
	v = binary.BigEndian.AppendUint64(v, uint64(m.next()))
	v = binary.BigEndian.AppendUint64(v, math.Float64bits(m.rng.Float64()*100))
	r.Value = binary.BigEndian.AppendUint64(v, math.Float64bits(m.rng.ExpFloat64()*12))
}

func email(m *maker, r *kgo.Record) {
	name := pick(m, given)
	r.Key = fmt.Appendf(nil, "mail-%d", m.next())
	r.Headers = []kgo.RecordHeader{{Key: "content-type", Value: []byte("application/json")}, {Key: "template", Value: []byte("order-shipped/v3")}}
	r.Value = fmt.Appendf(nil, `{"to":"%s@shop.example","subject":"%s","body":"%s %s,\n\nyour parcel is on its way 📦\n"}`,
		user(m), pick(m, []string{"Your order has shipped", "Ihre Bestellung ist unterwegs", "Votre commande est en route", "ご注文の商品を発送しました"}), pick(m, []string{"Hello", "Hej", "Bonjour", "Hallo"}), name)
}

// invoice has numbers that do not fit a float64.
func invoice(m *maker, r *kgo.Record) {
	r.Key = fmt.Appendf(nil, "INV-2026-%07d", m.next())
	r.Value = fmt.Appendf(nil, `{"number":%d,"lines":%d,"net":%.2f,"vat":0.19,"ledger":%d,"paid":null}`,
		m.seq, 1+m.few(20), m.cents(4000), 9_007_199_254_740_993+m.rng.Int64N(1<<40))
}

func session(m *maker, r *kgo.Record) {
	r.Key = fmt.Appendf(nil, "%08x-%04x", m.rng.Uint32(), m.rng.Uint32()>>16)
	r.Value = fmt.Appendf(nil, `{"user":%q,"event":%q,"device":%q,"duration_s":%d}`,
		user(m), pick(m, []string{"start", "heartbeat", "heartbeat", "heartbeat", "end"}), pick(m, agents), m.few(1800))
}

// stock is a key and a count of eight bytes, big endian.
func stock(m *maker, r *kgo.Record) {
	r.Key = fmt.Appendf(nil, "SKU-%04d", m.few(900))
	r.Value = binary.BigEndian.AppendUint64(nil, uint64(m.few(500)))
}

func shipment(m *maker, r *kgo.Record) {
	id := m.next()
	r.Key = fmt.Appendf(nil, "parcel-%d", id)
	r.Headers = []kgo.RecordHeader{
		{Key: "traceparent", Value: fmt.Appendf(nil, "00-%016x%016x-%016x-01", m.rng.Uint64(), m.rng.Uint64(), m.rng.Uint64())},
		{Key: "source", Value: []byte("warehouse-" + pick(m, []string{"north", "south"}))},
	}
	r.Value = fmt.Appendf(nil, `{"parcel":%d,"carrier":%q,"weight_g":%d,"to":%q,"state":%q}`,
		id, pick(m, []string{"northpost", "swiftway", "parcelo"}), 200+m.few(18000), pick(m, countries), pick(m, []string{"LABELLED", "IN_TRANSIT", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"}))
}

func notification(m *maker, r *kgo.Record) {
	r.Key = []byte(user(m))
	r.Value = fmt.Appendf(nil, "%s: order %d is now %s", pick(m, []string{"push", "push", "sms"}), m.next(), pick(m, orderState))
}

func query(m *maker, r *kgo.Record) { r.Value = []byte(pick(m, queries)) }

func feature(m *maker, r *kgo.Record) {
	r.Key = []byte(pick(m, []string{"checkout-v2", "dark-mode", "fast-search", "gift-cards", "one-click", "reviews"}))
	r.Value = fmt.Appendf(nil, `{"enabled":%t,"percent":%d,"owner":%q}`, m.rng.IntN(3) > 0, m.rng.IntN(11)*10, pick(m, []string{"web", "search", "payments"}))
}

func scratch(m *maker, r *kgo.Record) { r.Value = fmt.Appendf(nil, "hello %d", m.next()) }

func schema(m *maker, r *kgo.Record) {
	n := m.few(12)
	r.Key = fmt.Appendf(nil, `{"keytype":"SCHEMA","subject":"orders-%d-value","version":%d,"magic":1}`, n, 1+m.few(3))
	r.Value = fmt.Appendf(nil, `{"subject":"orders-%d-value","version":1,"id":%d,"schema":"{\"type\":\"record\",\"name\":\"Order%d\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}","deleted":false}`, n, 100+n, n)
}

// hostile has payloads that would move the cursor, clear the screen, set the
// clipboard or mix up columns if they reached a terminal as they are.
var hostile = []string{
	"plain failure: connection reset by peer",
	"\x1b[31mred\x1b[0m \x1b[2J\x1b[H cleared the screen",
	"title \x1b]0;owned\x07 end",
	"clipboard \x1b]52;c;ZXZpbA==\x07 end",
	"link \x1b]8;;http://shop.example\x1b\\click\x1b]8;;\x1b\\ end",
	"C1 \u009b31m and \u0085 next line",
	"lines\r\nand\ttabs\vand\x00zero and\x7fdelete",
	"invalid UTF-8 \xff\xfe\x80 and \xc3( and \xed\xa0\x80 end",
	"wide 漢字テスト 한국어 ｆｕｌｌ",
	"emoji 👩‍👩‍👧‍👦 🇩🇪 👍🏽 ✈️ ❤️ end",
	"combining e\u0301 a\u0308 Z\u0351\u036b\u0343 end",
	"right to left שלום עולם العربية end",
	"bidi \u202etxt.exe\u202c end \u2066isolate\u2069",
	"invisible a\u200bb\u200cc\u200dd\ufeffe soft\u00adhyphen",
	"unfinished \x1b]0;abc",
	"scroll region \x1b[1;3r\x1b[?1049l end",
	"",
	"\x00\x01\x02\x03\xde\xad\xbe\xef\x00",
}

func dead(m *maker, r *kgo.Record) {
	text := pick(m, hostile)
	if m.rng.IntN(3) == 0 {
		r.Key = []byte(pick(m, hostile))
	}
	r.Headers = []kgo.RecordHeader{
		{Key: "error", Value: []byte(pick(m, []string{"cannot deserialize", "schema 41 not found", "value is \x1b[7mnot\x1b[0m JSON"}))},
		{Key: "original-topic", Value: []byte(pick(m, []string{"orders", "payments", "emails"}))},
		{Key: "original-offset", Value: strconv.AppendInt(nil, m.next(), 10)},
		{Key: "error", Value: nil}, // a duplicate, and null
	}
	r.Value = []byte(text)
}

// past spreads the i-th of n records over the time before now.
func past(now time.Time, i, n int, over time.Duration) time.Time {
	return now.Add(-over + time.Duration(float64(over)*float64(i)/float64(n)))
}
