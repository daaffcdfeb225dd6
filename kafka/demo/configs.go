package demo

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A setting is a config that topics of the demo have: those that kfake acts on, of the
// three dozen that Kafka's have.
type setting struct {
	doc  string
	most int64    // of a number; 0 for a setting that is none
	less int64    // the least that it may be
	of   []string // words that it may be, any number of them for a list
	list bool
}

var settings = map[string]setting{
	"cleanup.policy": {of: []string{"delete", "compact"}, list: true,
		doc: "What becomes of old segments: delete discards them by time or size, compact keeps the latest record of each key. Both may be given."},
	"compression.type": {of: []string{"uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"},
		doc: "How the broker compresses what it stores; producer keeps batches as they came."},
	"delete.retention.ms": {most: math.MaxInt64, less: 0,
		doc: "How long a tombstone is kept in a compacted topic, so that consumers can see that its key was deleted."},
	"max.message.bytes": {most: math.MaxInt32, less: 0,
		doc: "The largest batch of records that the topic takes, after compression."},
	"message.timestamp.type": {of: []string{"CreateTime", "LogAppendTime"},
		doc: "Whether a record's time is when it was made, or when the broker stored it."},
	minISRConfig: {most: math.MaxInt32, less: 1,
		doc: "How many replicas must have a record before it is acknowledged to a producer with acks=all. With fewer in sync it is refused."},
	"retention.bytes": {most: math.MaxInt64, less: -1,
		doc: "How large a partition may grow before its oldest segments are discarded, if cleanup.policy has delete; -1 is no limit."},
	"retention.ms": {most: math.MaxInt64, less: -1,
		doc: "How long a segment is kept before it is discarded, if cleanup.policy has delete; -1 is for ever."},
	"segment.bytes": {most: math.MaxInt32, less: 14,
		doc: "How large a segment of the log grows before the next is begun. Only whole segments are discarded or compacted."},
	"segment.ms": {most: math.MaxInt64, less: 1,
		doc: "After how long the next segment is begun, even if the last is not full."},
}

// wrong says why a config cannot be set so, as Kafka does; empty if it can. kfake takes
// any name and any value.
func wrong(name string, value *string) string {
	s, ok := settings[name]
	if !ok {
		return "Unknown topic config name: " + name
	}
	v := ""
	if value != nil {
		v = strings.TrimSpace(*value)
	}
	if s.most > 0 {
		n, err := strconv.ParseInt(v, 10, 64)
		switch {
		case err != nil:
			return fmt.Sprintf("Invalid value %s for configuration %s: Not a number", v, name)
		case n < s.less:
			return fmt.Sprintf("Invalid value %s for configuration %s: Value must be at least %d", v, name, s.less)
		case n > s.most:
			return fmt.Sprintf("Invalid value %s for configuration %s: Value must be no more than %d", v, name, s.most)
		}
		return ""
	}
	words := []string{v}
	if s.list {
		words = strings.Split(v, ",")
	}
	for _, w := range words {
		if !slices.Contains(s.of, strings.TrimSpace(w)) {
			return fmt.Sprintf("Invalid value %s for configuration %s: String must be one of: %s", v, name, strings.Join(s.of, ", "))
		}
	}
	return ""
}

// document adds documentation to the configs of topics.
func document(r *kmsg.DescribeConfigsResponseResource) {
	for i := range r.Configs {
		if s, ok := settings[r.Configs[i].Name]; ok && r.ResourceType == kmsg.ConfigResourceTypeTopic {
			r.Configs[i].Documentation = kmsg.StringPtr(s.doc)
		}
	}
}

// alterConfigs answers key 44 for topics whose configs would not be as Kafka takes them;
// kfake does the rest.
func (c *Cluster) alterConfigs(_ int32, req *kmsg.IncrementalAlterConfigsRequest) (kmsg.Response, error, bool) {
	resp := req.ResponseKind().(*kmsg.IncrementalAlterConfigsResponse)
	bad := false
	for _, rr := range req.Resources {
		r := kmsg.NewIncrementalAlterConfigsResponseResource()
		r.ResourceType, r.ResourceName = rr.ResourceType, rr.ResourceName
		for _, rc := range rr.Configs {
			if rr.ResourceType != kmsg.ConfigResourceTypeTopic || rc.Op != kmsg.IncrementalAlterConfigOpSet {
				continue
			}
			if says := wrong(rc.Name, rc.Value); says != "" {
				bad = true
				r.ErrorCode, r.ErrorMessage = kerr.InvalidConfig.Code, kmsg.StringPtr(says)
			}
		}
		resp.Resources = append(resp.Resources, r)
	}
	if !bad || len(req.Resources) != 1 { // of several each stands for itself, which kfake knows how to do
		return nil, nil, false
	}
	return resp, nil, true
}

// deleteRecords answers key 21 for topics that are only compacted, of which Kafka deletes
// no record on demand.
func (c *Cluster) deleteRecords(_ int32, req *kmsg.DeleteRecordsRequest) (kmsg.Response, error, bool) {
	if !slices.ContainsFunc(req.Topics, func(rt kmsg.DeleteRecordsRequestTopic) bool { return !c.compacts(rt.Topic) }) {
		resp := req.ResponseKind().(*kmsg.DeleteRecordsResponse)
		for _, rt := range req.Topics {
			st := kmsg.NewDeleteRecordsResponseTopic()
			st.Topic = rt.Topic
			for _, rp := range rt.Partitions {
				sp := kmsg.NewDeleteRecordsResponseTopicPartition()
				sp.Partition, sp.ErrorCode = rp.Partition, kerr.PolicyViolation.Code
				st.Partitions = append(st.Partitions, sp)
			}
			resp.Topics = append(resp.Topics, st)
		}
		return resp, nil, true
	}
	return nil, nil, false
}

// compacts reports whether a topic's records go by compaction alone.
func (c *Cluster) compacts(topic string) bool {
	info := c.fake.TopicInfo(topic)
	return info != nil && info.Configs["cleanup.policy"] != nil && *info.Configs["cleanup.policy"] == "compact"
}

// nameWrong says why a name cannot be a topic's; empty if it can. kfake takes any.
func nameWrong(name string) string {
	switch {
	case name == "":
		return "Topic name is invalid: the empty string is not allowed"
	case name == "." || name == "..":
		return "Topic name is invalid: '" + name + "' is not allowed"
	case len(name) > 249:
		return "Topic name is invalid: the length of '" + name + "' is longer than the max allowed length 249"
	}
	for _, r := range name {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", r) {
			return "Topic name is invalid: '" + name + "' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
		}
	}
	return ""
}
