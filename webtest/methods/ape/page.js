/** APE: one horizontal axis or several, one bar per stimulus on each. */

/** @import {MethodContext, Method} from "../../static/js/types.js" */

import { element } from "../../static/js/dom.js";
import { t } from "../../static/js/strings.js";
import { Axis } from "./axis.js";

/** @param {HTMLElement} root @param {MethodContext} context @returns {Method} */
export function mount(root, context) {
  const { options } = context.page;
  /** @type {{id: string, question: string, anchors: string[]}[]} */
  const asked = options.axes;
  const axes = asked.length
    ? asked.map((one) => new Axis(context, one.id, one.anchors, one.question))
    : [new Axis(context, context.page.scales[0], options.anchors)];
  root.classList.toggle("axes", asked.length > 1);
  root.append(
    ...axes.map((axis, index) => {
      const named = asked.length ? `axis-${index + 1}` : "question";
      const head = asked.length ? [element("h2", { id: named }, asked[index].question)] : [];
      const words = element("ol", { class: "anchors" }, ...axis.anchors.map((word) => element("li", {}, word)));
      return element("div", { class: "panel axis", role: "group", "aria-labelledby": named }, ...head, axis.field, words);
    }),
  );
  for (const axis of axes) axis.start();
  const of = (/** @type {string} */ scale) => axes.find((one) => one.scale === scale) ?? axes[0];
  const { noun } = context;
  const high = axes[0].anchors[axes[0].anchors.length - 1];
  return {
    how: t(axes.length > 1 ? "ape.how_axes" : "ape.how"),
    keys: t("ape.keys", { noun }),
    help: axes.length > 1 ? t("ape.help_axes", { noun }) : t("ape.help", { noun, high }),
    verb: "place",
    legend: ["new", "loose", "noted"],
    least: (scale, wanted) => of(scale).least(wanted),
    on: (scale, what) => (axes.length > 1 ? t("ape.on_axis", { what, question: of(scale).question }) : what),
    refresh: (selected) => {
      for (const axis of axes) axis.refresh(selected);
    },
    focus: (id, scale) => {
      const named = axes.find((axis) => axis.scale === scale);
      const held = axes.find((axis) => axis.field.contains(document.activeElement));
      (named ?? held ?? axes.find((axis) => axis.isOpen(id)) ?? axes[0]).focus(id);
    },
  };
}
