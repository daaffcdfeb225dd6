package kafka

import (
	"cmp"
	"context"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"kscope/model"
)

// describeConfigs answers model.DescribeConfigs, in one event. Values of what is
// sensitive are dropped here, whatever the broker sent.
//
//	API   DescribeConfigs (32) with synonyms and documentation: of a topic to any broker,
//	      of a broker to itself, also where a topic's defaults are not told. For a topic that is yet to be created, of one that there
//	      is, or, where there is none, of a broker
//	Cost  about 400 bytes a config: 15 KB of a topic, 120 KB of a broker
//	ACL   DescribeConfigs on the topic; on Cluster for a broker
//	Error none about the resource itself: they are in the answer
func (c *Client) describeConfigs(ctx context.Context, q model.DescribeConfigs, emit func(model.Event)) error {
	configs, err := c.configsOf(ctx, q.Of)
	if err != nil {
		return err
	}
	emit(model.ConfigsDescribed{Configs: configs})
	return nil
}

func (c *Client) configsOf(ctx context.Context, of model.Resource) (*model.Configs, error) {
	if of == model.TopicsConfigs("") {
		return c.newTopicsConfigs(ctx)
	}
	found, err := c.resources(ctx, of)
	if err != nil {
		return nil, err
	}
	for i := range found {
		configs := configsIn(of, &found[i])
		return configs, c.otherwise(ctx, configs)
	}
	return nil, kerr.UnknownServerError
}

// resources describes resources of one kind; of several brokers each only by itself.
func (c *Client) resources(ctx context.Context, all ...model.Resource) ([]kmsg.DescribeConfigsResponseResource, error) {
	req := kmsg.NewPtrDescribeConfigsRequest()
	req.IncludeSynonyms, req.IncludeDocumentation = true, true
	for _, of := range all {
		r := kmsg.NewDescribeConfigsRequestResource()
		r.ResourceType, r.ResourceName = topicResource, of.Name
		if of.Kind == model.BrokerResource {
			r.ResourceType = brokerResource
		}
		req.Resources = append(req.Resources, r)
	}
	if all[0].Kind == model.TopicResource {
		return c.configs(ctx, req)
	}
	id, err := strconv.ParseInt(all[0].Name, 10, 32)
	if err != nil {
		return nil, invalid("There is no broker "+all[0].Name, "name one by its id", nil)
	}
	resp, err := c.to(ctx, int32(id), req)
	if err != nil {
		return nil, err
	}
	return resp.(*kmsg.DescribeConfigsResponse).Resources, nil
}

// configsIn returns the configs in a response, by name.
func configsIn(of model.Resource, r *kmsg.DescribeConfigsResponseResource) *model.Configs {
	configs := &model.Configs{Of: of, By: of, At: time.Now()}
	if problem := brokersSay(r.ErrorCode, r.ErrorMessage, of.Right("DescribeConfigs")); problem != nil {
		configs.Problem = problem
		if problem.Kind == model.Gone {
			configs.Problem = gone(of.Name)
		}
		return configs
	}
	for i := range r.Configs {
		configs.Entries = append(configs.Entries, configOf(of, &r.Configs[i]))
	}
	slices.SortFunc(configs.Entries, func(a, b model.Config) int { return cmp.Compare(a.Name, b.Name) })
	return configs
}

func configOf(of model.Resource, r *kmsg.DescribeConfigsResponseResourceConfig) model.Config {
	config := model.Config{
		Name: r.Name, Value: text(r.Value), Unset: r.Value == nil, Sensitive: r.IsSensitive || r.ConfigType == kmsg.ConfigTypePassword,
		ReadOnly: r.ReadOnly, Source: sourceOf(r.Source), Type: typeOf(r.ConfigType), Documentation: proseOf(text(r.Documentation)),
	}
	config.Default, config.Of = config.Value, config.Source
	for _, s := range r.ConfigSynonyms {
		if from := sourceOf(s.Source); from != ownSource(of) {
			config.Default, config.Of = text(s.Value), from
			break
		}
	}
	if config.Overridden() && config.Of == config.Source {
		config.Default, config.Of = "", model.FromUnknown
	}
	if config.Sensitive {
		config.Value, config.Default, config.Unset = "", "", false
	}
	return config
}

// ownSource is the source of what is set for the very resource.
func ownSource(of model.Resource) model.ConfigSource {
	if of.Kind == model.BrokerResource {
		return model.FromBroker
	}
	return model.FromTopic
}

func sourceOf(s kmsg.ConfigSource) model.ConfigSource {
	switch s {
	case kmsg.ConfigSourceDynamicTopicConfig:
		return model.FromTopic
	case kmsg.ConfigSourceDynamicBrokerConfig:
		return model.FromBroker
	case kmsg.ConfigSourceDynamicDefaultBrokerConfig:
		return model.FromCluster
	case kmsg.ConfigSourceStaticBrokerConfig:
		return model.FromStatic
	case kmsg.ConfigSourceDefaultConfig:
		return model.FromDefault
	}
	return model.FromUnknown
}

func typeOf(t kmsg.ConfigType) string {
	if t == kmsg.ConfigTypeUnknown {
		return ""
	}
	return strings.ToLower(t.String())
}

var markup = regexp.MustCompile(`<[a-zA-Z/][^<>]*>`)

// proseOf takes HTML out of documentation.
func proseOf(doc string) string {
	return strings.Join(strings.Fields(html.UnescapeString(markup.ReplaceAllString(doc, " "))), " ")
}

// newTopicsConfigs returns what the brokers give to new topics: the configs of a topic
// without what is set for it, or where there is none those of a broker that topics
// inherit.
func (c *Client) newTopicsConfigs(ctx context.Context) (*model.Configs, error) {
	names, err := c.namesOf(ctx, model.Names{})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(strings.Count(a, "__"), strings.Count(b, "__")) })
	const examples = 5 // of which one may be readable, or is still there
	var asked []model.Resource
	for _, name := range names[:min(len(names), examples)] {
		asked = append(asked, model.TopicsConfigs(name))
	}
	var problem *model.Problem
	if len(asked) > 0 {
		found, err := c.resources(ctx, asked...)
		if err != nil {
			return nil, err
		}
		for i := range found {
			configs := configsIn(model.TopicsConfigs(found[i].ResourceName), &found[i])
			if configs.Problem == nil {
				err := c.otherwise(ctx, configs)
				return inherited(configs), err
			}
			problem = or(problem, configs.Problem)
		}
	}
	return c.brokersForTopics(ctx, problem)
}

// inherited leaves out what is set for the topic itself.
func inherited(configs *model.Configs) *model.Configs {
	next := *configs
	next.Of = model.TopicsConfigs("")
	next.Entries = slices.Clone(configs.Entries)
	for i := range next.Entries {
		if e := &next.Entries[i]; e.Source == model.FromTopic {
			e.Value, e.Source = e.Default, e.Of
		}
	}
	next.Entries = slices.DeleteFunc(next.Entries, func(e model.Config) bool { return e.Source == model.FromUnknown })
	return &next
}

// inUnits are the configs of topics that brokers have in several units, the finest first:
// of them Kafka does not tell what they would be if they were not set for the topic.
var inUnits = map[string][]struct {
	name string
	unit int64 // in milliseconds
}{
	"retention.ms":      {{"log.retention.ms", 1}, {"log.retention.minutes", 60_000}, {"log.retention.hours", 3_600_000}},
	"segment.ms":        {{"log.roll.ms", 1}, {"log.roll.hours", 3_600_000}},
	"segment.jitter.ms": {{"log.roll.jitter.ms", 1}, {"log.roll.jitter.hours", 3_600_000}},
	"flush.ms":          {{"log.flush.interval.ms", 1}, {"log.flush.scheduler.interval.ms", 1}},
}

// otherwise completes what configs that are set for a topic would be otherwise, where
// Kafka does not tell and a broker may be asked. Where it may not, that stays unknown.
func (c *Client) otherwise(ctx context.Context, configs *model.Configs) error {
	untold := func(e model.Config) bool {
		return e.Overridden() && e.Of == model.FromUnknown && inUnits[e.Name] != nil
	}
	if configs.Of.Kind != model.TopicResource || !slices.ContainsFunc(configs.Entries, untold) {
		return nil
	}
	ids, err := c.brokerIDs(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	of := model.BrokersConfigs(ids[0])
	found, err := c.resources(ctx, of)
	if err != nil || len(found) == 0 {
		return ctx.Err() // the rest is known all the same
	}
	broker := configsIn(of, &found[0])
	for i := range configs.Entries {
		if e := &configs.Entries[i]; untold(*e) {
			e.Default, e.Of = inMillis(broker, e.Name)
		}
	}
	return nil
}

// inMillis returns what a broker gives to topics, in the finest unit that it has.
func inMillis(broker *model.Configs, name string) (string, model.ConfigSource) {
	for _, u := range inUnits[name] {
		e := broker.Find(u.name)
		if e == nil || e.Unset {
			continue
		}
		n, err := strconv.ParseInt(e.Value, 10, 64)
		if err != nil {
			continue
		}
		if n >= 0 && u.unit > 1 {
			n *= u.unit
		}
		return strconv.FormatInt(n, 10), e.Source
	}
	return "", model.FromUnknown
}

// brokersForTopics returns the configs of a broker that topics inherit, by the names
// that topics have for them.
func (c *Client) brokersForTopics(ctx context.Context, problem *model.Problem) (*model.Configs, error) {
	ids, err := c.brokerIDs(ctx)
	if err != nil {
		return nil, err
	}
	configs := &model.Configs{Of: model.TopicsConfigs(""), At: time.Now(), Problem: problem}
	for _, id := range ids {
		of := model.BrokersConfigs(id)
		found, err := c.resources(ctx, of)
		if err != nil && connectionLost(err) && ctx.Err() == nil {
			configs.Problem = or(configs.Problem, problemOf(err))
			continue
		}
		if err != nil {
			return nil, err
		}
		broker := configsIn(of, &found[0])
		if broker.Problem != nil {
			configs.Problem = or(configs.Problem, broker.Problem)
			return configs, nil
		}
		configs.By, configs.Problem = of, nil
		for _, e := range broker.Entries {
			if name, ok := topicName[e.Name]; ok {
				if e.Unset && inUnits[name] != nil {
					e.Value, e.Source = inMillis(broker, name)
					e.Unset = e.Source == model.FromUnknown
				}
				e.Name, e.Default, e.Of = name, e.Value, e.Source
				configs.Entries = append(configs.Entries, e)
			}
		}
		slices.SortFunc(configs.Entries, func(a, b model.Config) int { return cmp.Compare(a.Name, b.Name) })
		return configs, nil
	}
	return configs, nil
}

// topicName is what topics call a broker's config that they inherit
// (ServerTopicConfigSynonyms).
var topicName = map[string]string{
	"log.segment.bytes": "segment.bytes", "log.roll.ms": "segment.ms", "log.roll.jitter.ms": "segment.jitter.ms",
	"log.index.size.max.bytes": "segment.index.bytes", "log.flush.interval.messages": "flush.messages", "log.flush.interval.ms": "flush.ms",
	"log.retention.bytes": "retention.bytes", "log.retention.ms": "retention.ms", "message.max.bytes": "max.message.bytes",
	"log.index.interval.bytes": "index.interval.bytes", "log.cleaner.delete.retention.ms": "delete.retention.ms",
	"log.cleaner.min.compaction.lag.ms": "min.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms": "max.compaction.lag.ms",
	"log.segment.delete.delay.ms": "file.delete.delay.ms", "log.cleaner.min.cleanable.ratio": "min.cleanable.dirty.ratio",
	"log.cleanup.policy": "cleanup.policy", "unclean.leader.election.enable": "unclean.leader.election.enable",
	"min.insync.replicas": "min.insync.replicas", "compression.type": "compression.type", "log.preallocate": "preallocate",
	"log.message.timestamp.type": "message.timestamp.type", "log.message.timestamp.before.max.ms": "message.timestamp.before.max.ms",
	"log.message.timestamp.after.max.ms": "message.timestamp.after.max.ms", "log.local.retention.ms": "local.retention.ms",
	"log.local.retention.bytes": "local.retention.bytes",
}
