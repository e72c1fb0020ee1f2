/* SPDX-License-Identifier: MIT */
/* "ipcbench list --json". */
#include <stdlib.h>
#include <string.h>

#include "base/topology.h"
#include "cli/list.h"
#include "ipc/options.h"
#include "trial/counters.h"
#include "trial/idle.h"

static json_t *json_caps(uint32_t caps)
{
	json_t *array = json_array();

	for (uint32_t cap = 1; cap < 1u << IPC_CAPS; cap <<= 1)
		if (caps & cap)
			json_array_append_new(array,
					      json_string(ipc_cap_name(cap)));
	return array;
}

/* A limit; null is none. */
static json_t *json_limit(unsigned int max)
{
	return max ? json_integer(max) : json_null();
}

/* "here", and the reason if it is not. */
static json_t *json_here(json_t *object, bool here, const struct why *why)
{
	json_object_set_new(object, "here", json_boolean(here));
	if (!here)
		json_object_set_new(object, "here_why", json_string(why->text));
	return object;
}

static json_t *json_waits(const struct ipc_impl *impl)
{
	json_t *array = json_array();

	for (int i = 0; i < IPC_WAIT_KINDS; i++) {
		struct why why = {""};
		bool here;

		if (!(impl->waits & IPC_CAN_WAIT(i)))
			continue;
		here = list_wait_here(impl, i, &why);
		json_array_append_new(
			array,
			json_here(json_pack("{ss}", "wait", ipc_wait_names[i]),
				  here, &why));
	}
	return array;
}

static json_t *json_copier(const struct ipc_impl *impl, enum ipc_api api)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} by[] = {{IPC_BY_SENDER, "sender"},
		  {IPC_BY_RECEIVER, "receiver"},
		  {IPC_BY_PAGES, "pages"}};
	json_t *array = json_array();

	for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++)
		if (ipc_copier(impl, api) & by[i].bit)
			json_array_append_new(array, json_string(by[i].name));
	return array;
}

static json_t *json_contract(const struct ipc_impl *impl)
{
	const struct ipc_contract *contract = &impl->contract;

	return json_pack("{s{si si} s{so so} s{ss ss} sb s[s s] ss}", "copies",
			 "copy", (int)ipc_copies(impl, IPC_API_COPY), "lend",
			 (int)ipc_copies(impl, IPC_API_LEND), "copier", "copy",
			 json_copier(impl, IPC_API_COPY), "lend",
			 json_copier(impl, IPC_API_LEND), "store", "copy",
			 ipc_store_names[ipc_store(impl, IPC_API_COPY)], "lend",
			 ipc_store_names[ipc_store(impl, IPC_API_LEND)],
			 "elastic", (int)contract->elastic, "calls",
			 contract->calls[IPC_TX], contract->calls[IPC_RX],
			 "wake", ipc_wake_names[contract->wake]);
}

static json_t *json_options(const struct ipc_option *table)
{
	json_t *array = json_array();

	for (size_t i = 0; i < options_count(table); i++) {
		const struct ipc_option *option = &table[i];
		char preset[OPTIONS_TEXT], range[OPTIONS_TEXT];

		option_value_text(option, option->preset, preset);
		json_array_append_new(
			array, json_pack("{ss ss ss ss}", "name", option->name,
					 "help", option->help, "allowed",
					 option_range_text(option, range),
					 "preset", preset));
	}
	return array;
}

static json_t *json_msg_max(const struct ipc_impl *impl)
{
	size_t longest = list_msg_max(impl, NULL);

	return longest ? json_integer((json_int_t)longest) : json_null();
}

json_t *list_json_impl(const struct ipc_impl *impl)
{
	static const char no[] = "no: ";
	struct why why = {""};
	char here[320];
	bool is_here;
	struct ipc_ops ops;
	json_t *json = json_pack(
		"{ss ss ss? ss ss so so so so so so so so}", "name", impl->name,
		"brief", impl->brief, "about", impl->about, "family",
		ipc_family_names[impl->family], "memory",
		ipc_memory_names[impl->memory], "contract", json_contract(impl),
		"options", json_options(impl->options), "caps",
		json_caps(impl->caps), "emulated",
		json_caps(ipc_resolve(impl, &ops)), "waits", json_waits(impl),
		"senders_max", json_limit(impl->senders_max), "receivers_max",
		json_limit(impl->receivers_max), "msg_max_b",
		json_msg_max(impl));

	list_here_text(impl, here, sizeof(here));
	is_here = strncmp(here, no, strlen(no)) != 0;
	if (!is_here)
		why_not(&why, 0, "%s", here + strlen(no));
	return json_here(json, is_here, &why);
}

/* Of a lesson; [] of other workloads. */
static json_t *json_figures(const struct figure_kind *kind)
{
	json_t *array = json_array();

	for (; kind && kind->name; kind++)
		json_array_append_new(array,
				      json_pack("{ss ss ss ss}", "name",
						kind->name, "unit", kind->unit,
						"better", kind->better,
						"meaning", kind->meaning));
	return array;
}

json_t *list_json_workload(const struct workload *workload)
{
	return json_pack("{ss ss ss ss ss sb sb so so so}", "name",
			 workload->name, "brief", workload->brief, "metric",
			 workload->metric, "meaning", workload->meaning,
			 "timing", timing_names[workload->timing], "touch",
			 (int)workload->touch, "calls", (int)workload->calls,
			 "needs", json_caps(workload->needs), "options",
			 json_options(workload->options), "figures",
			 json_figures(workload->figures));
}

json_t *list_json_impls(const struct catalogue *cat)
{
	json_t *array = json_array();

	for (size_t i = 0; cat->impls[i]; i++)
		json_array_append_new(array, list_json_impl(cat->impls[i]));
	return array;
}

json_t *list_json_workloads(const struct catalogue *cat)
{
	json_t *array = json_array();

	for (size_t i = 0; cat->workloads[i]; i++)
		json_array_append_new(array,
				      list_json_workload(cat->workloads[i]));
	return array;
}

json_t *list_json_metrics(const struct catalogue *cat)
{
	json_t *array = json_array();

	(void)cat;
	for (size_t i = 0; list_metrics[i].name; i++)
		json_array_append_new(
			array, json_pack("{ss ss ss ss ss}", "name",
					 list_metrics[i].name, "unit",
					 list_metrics[i].unit, "better",
					 list_metrics[i].better, "timing",
					 timing_names[list_metrics[i].timing],
					 "meaning", list_metrics[i].meaning));
	return array;
}

json_t *list_json_events(const struct catalogue *cat)
{
	struct counter_plan plan;
	json_t *array = json_array();

	(void)cat;
	counters_probe(&plan, counter_defaults);
	for (size_t i = 0; i < plan.n; i++) {
		const struct counter *c = &plan.counter[i];
		bool ok = c->status == COUNTER_OK;

		json_array_append_new(
			array,
			json_pack("{ss ss ss?}", "event", c->event, "status",
				  counter_status_names[c->status], "why",
				  ok ? NULL : c->why.text));
	}
	return array;
}

static json_t *json_pairs(const struct pair *pairs, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			array, json_pack("{s[ii] ss}", "pus", (int)pairs[i].a,
					 (int)pairs[i].b, "relation",
					 relation_names[pairs[i].relation]));
	return array;
}

static json_t *json_placement(const struct topology *topo, const char *name,
			      struct why *why)
{
	json_t *object = json_pack("{ss}", "name", name);
	struct pair *pairs;
	size_t n;
	bool here = topo && topology_place(topo, name, &pairs, &n, why) == 0;

	if (here) {
		json_object_set_new(object, "pairs", json_pairs(pairs, n));
		free(pairs);
	}
	return json_here(object, here, why);
}

json_t *list_json_placements(const struct catalogue *cat)
{
	struct topology *topo = NULL;
	json_t *array = json_array();
	struct why why = {""};

	(void)cat;
	topology_load(&topo, NULL, false, &why);
	for (size_t i = 0; placement_names[i]; i++)
		json_array_append_new(
			array, json_placement(topo, placement_names[i], &why));
	if (topo)
		topology_free(topo);
	return array;
}

json_t *list_json_idle(const struct catalogue *cat)
{
	json_t *array = json_array();

	(void)cat;
	for (enum idle idle = IDLE_COLD; idle < IDLES; idle++) {
		struct why why = {""};
		bool here = idle_check(idle, &why) == 0;

		json_array_append_new(
			array,
			json_here(json_pack("{ss}", "idle", idle_names[idle]),
				  here, &why));
	}
	return array;
}
