// The sign-in and registration form, with the server's own words for what is wrong.

import * as api from "./api.js";

const texts = {
  login: { title: "Sign in", question: "New here?", other: "Create an account", autocomplete: "current-password" },
  register: { title: "Create an account", question: "Have an account?", other: "Sign in", autocomplete: "new-password" },
};

export class SignInForm {
  #mode = "login";
  #form = document.getElementById("credentials");
  #title = document.getElementById("credentials-title");
  #notice = document.getElementById("credentials-notice");
  #problem = document.getElementById("credentials-problem");
  #submit = document.getElementById("submit");
  #onSignedIn;

  /** `onSignedIn(tokenPair)`. */
  constructor(onSignedIn) {
    this.#onSignedIn = onSignedIn;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    document.getElementById("switch").addEventListener("click", () => this.#show(this.#mode === "login" ? "register" : "login"));
  }

  /** Opens the form again, with the reason. */
  open(notice) {
    this.#show("login");
    this.#say(notice);
    this.#field("password").value = "";
    this.#field(this.#field("email").value ? "password" : "email").focus();
  }

  #field(name) {
    return this.#form.elements[name];
  }

  #show(mode) {
    this.#mode = mode;
    const text = texts[mode];
    this.#title.textContent = text.title;
    this.#submit.textContent = text.title;
    document.getElementById("switch-question").textContent = text.question;
    document.getElementById("switch").textContent = text.other;
    this.#field("password").autocomplete = text.autocomplete;
    this.#askForCode(false);
    this.#say("");
    this.#clearProblem();
  }

  #askForCode(isAsked) {
    this.#field("code").value = "";
    document.getElementById("code-row").hidden = !isAsked;
    if (isAsked) this.#field("code").focus();
  }

  #say(notice) {
    this.#notice.textContent = notice;
    this.#notice.hidden = !notice;
  }

  async #send() {
    this.#clearProblem();
    const email = this.#field("email").value.trim();
    const password = this.#field("password").value;
    const code = this.#field("code").value.trim();
    if (!email || !password) return this.#missing(email);
    this.#submit.disabled = true;
    try {
      const answer = this.#mode === "login"
        ? await api.login(email, password, code)
        : await api.register(email, password);
      if (answer?.accessToken) {
        this.#field("password").value = "";
        this.#askForCode(false);
        this.#say("");
        this.#onSignedIn(answer);
      } else {
        this.#show("login");
        this.#say("Check your email to confirm the address, then sign in.");
      }
    } catch (error) {
      this.#explain(error);
    } finally {
      this.#submit.disabled = false;
    }
  }

  #missing(email) {
    this.#mark("email", email ? "" : "Enter your email address.");
    this.#mark("password", this.#field("password").value ? "" : "Enter your password.");
    this.#field(email ? "password" : "email").focus();
  }

  #explain(error) {
    if (error.code === "totp_required") return this.#askForCode(true);
    // The detail says it in a sentence; the title only names the kind of answer.
    const lines = [error.detail ?? error.title ?? "Something went wrong."];
    for (const { field, message } of error.errors ?? []) {
      if (["email", "password"].includes(field)) this.#mark(field, message);
      else lines.push(message);
    }
    if (error.status >= 500 && error.requestId) lines.push(`Request ${error.requestId}`);
    this.#problem.replaceChildren(...lines.map((text) => {
      const line = document.createElement("span");
      line.textContent = text;
      return line;
    }));
    this.#problem.hidden = false;
    this.#form.querySelector("[aria-invalid]")?.focus();
  }

  #mark(name, message) {
    const field = this.#field(name);
    document.getElementById(`${name}-problem`).textContent = message ?? "";
    if (message) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  #clearProblem() {
    this.#problem.hidden = true;
    this.#problem.replaceChildren();
    this.#mark("email", "");
    this.#mark("password", "");
    this.#mark("code", "");
  }
}
