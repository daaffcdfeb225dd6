// Package ui puts a snapshot on the screen and turns keys into intents.
//
// A piece of data takes this road, and there is no other:
//
//	kafka/topics.go    request, response   -> model.TopicsListed
//	ui/feed.go         event               -> Snapshot.Apply
//	model/topics.go    snapshot            -> next snapshot
//	ui/topics.go       next snapshot       -> cells of a Frame
//	ui/canvas          cells               -> text
//	ui/app.go          text                -> tea.View
//
// And a wish takes this one back:
//
//	ui/app.go          key                 -> Action of the pane in focus
//	ui/topics.go       Action              -> Intent
//	ui/app.go          Intent              -> Selection, stack, or Source.Do
//	kafka/records.go   command             -> request
//
// Panes hold what the user did (filter, sort, scroll). They never hold what the
// cluster said, nor what is selected: both are handed to them in each Frame.
package ui
