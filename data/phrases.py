"""Phrase banks of the SYNTHETIC support messages (see generate.py).

`[a|b|c]` is a choice, `{slot}` is filled from SLOTS or made by generate.py
({order}, {amount}, {date}, {n}). One message keeps to one product, order and person.
Shop, service, products and people are invented.
"""

# label -> number of messages (2,000 in all)
COUNTS = {
    "delivery": 480,
    "billing": 400,
    "technical_fault": 340,
    "returns": 280,
    "account_access": 220,
    "product_question": 160,
    "cancellation": 120,
}

SLOTS = {
    "product": [
        "Orlim desk lamp", "Tamsel kettle", "Vorrin headset", "Duskel radio", "Mirrowen speaker",
        "Ostrel keyboard", "Brunnet café grinder", "Kestlow thermostat", "Perrit camera", "lamp", "kettle",
        "headset", "radio", "speaker", "keyboard", "coffee grinder", "thermostat", "camera", "charger",
    ],
    "service": [
        "Planwick", "Planwick Pro", "the Planwick app", "the app", "your app", "the web version", "Planwick Team",
    ],
    "plan": ["Pro plan", "Team plan", "yearly plan", "monthly plan", "family plan", "subscription", "membership"],
    "name": [
        "Zoë", "Jan", "Jürgen Müller", "Renée", "Anna", "Tomasz", "Priya", "José", "Lars", "Mrs Ekström",
        "Ben", "Chloé",
        "Oluwaseun", "Mei", "Dana Novák", "Sam", "Ingrid", "Håkon", "Fatima", "Leo",
    ],
    "mail": [
        "zoe@example.com", "j.muller@example.com", "office@example.com", "anna.k@example.com", "leo77@example.com",
    ],
    "place": ["the café next door", "a neighbour", "my office", "reception", "the wrong house"],
    "town": ["Zürich", "Malmö", "Győr", "Kraków", "Norway", "Ireland", "Porto"],
    "day": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    "past": [
        "on Monday", "on Tuesday", "on Thursday", "on Friday", "yesterday", "last week", "this morning",
        "two days ago",
    ],
    "size": ["small", "medium", "large", "30 cm", "1.5 l"],
    "colour": ["black", "white", "sage green", "crème", "navy", "copper"],
}

OPENINGS = [
    "Hi", "Hello", "Hi there", "Hey", "Good morning", "Good evening", "Dear support team", "Hello team",
    "Dear Sir or Madam",
    "Hi, {name} here", "Bonjour", "Hello again", "To whom it may concern", "Hey folks", "Hi support",
]

# Said with any topic: carries no hint of the label.
FILLERS = [
    "I have been a customer for {n} years", "This is the [second|third] time I write about this",
    "I wrote {past} and got no answer",
    "My order was {order}", "Order {order}, placed on {date}", "Reference {order}", "I bought it on {date}",
    "You can reach me at {mail}", "I am a bit [disappointed|confused|annoyed] to be honest",
    "I already read the help page",
    "Your chat assistant could not help", "The person on the chat said \"please wait\" and left",
    "I am writing from my phone, sorry for typos",
    "It is a present for my [sister|dad|colleague]", "We are a small [team|office|studio] of {n} people",
    "I have a screenshot if you need one",
    "Usually everything works fine with you", "I am travelling from {date}", "It concerns the {product}",
    "This is about {service}",
    "I paid {amount} for it", "My [partner|flatmate|boss] is not amused", "It was for the {product} and {service}",
]

REQUESTS = [
    "Please [help|advise|look into it|get back to me|sort this out]",
    "Can [you|someone] [help|check|look into this|take a look]?",
    "[Please|Pls] answer [soon|today|asap]", "What [should|can] I do [now|next]?", "What happens now?",
    "Could you let me know [by {day}|soon]?",
    "Any [update|news|idea]?", "I'd appreciate a [quick|clear] answer",
    "I need this [solved|fixed|sorted] before {date}",
]

SIGN_OFFS = [
    "Thanks", "Thank you", "thx", "Many thanks, {name}", "Best regards, {name}", "Cheers, {name}",
    "Kind regards\n{name}", "Thanks in advance!",
    "{name}", "Regards,\n{name}", "Thanks 🙏", "Merci, {name}", "Best,\n{name}", "🙂", "Not happy 😡",
    "Have a nice day!",
]

# A message is: opening? core detail? request? sign-off?  "short" ones stand alone.
TOPICS = {
    "delivery": {
        "core": [
            "My [parcel|package|order] [has not arrived|still isn't here|never turned up|is late]",
            "The tracking [page|link] has [shown the same status|not changed|said \"in transit\"] since {day}",
            "I have been waiting for my {product} since {date}", "The courier left the [parcel|box] at {place}",
            "The driver says it was delivered but I [got nothing|was at home all day|found no parcel]",
            "Order {order} was [meant|supposed|promised] to come on {date}",
            "You sent my {product} to [{town}|my old address|{place}]",
            "Only [one|half|part] of my order arrived, the {product} is missing",
            "Is it possible to change the [delivery|shipping] address for {order}",
            "The [box|parcel] was [open|wet|crushed] when the courier brought it",
            "When will {order} be [shipped|dispatched|sent]",
            "I paid for express shipping and nothing has come after {n} days",
            "The parcel has been stuck at [customs|the depot|the sorting centre] for {n} days",
            "My {product} still hasn't shipped", "I missed the [courier|driver] {past} and there was no card",
            "The pickup point [was closed|has no record of my parcel|sent it back]",
        ],
        "detail": [
            "The tracking number does not work", "The last scan was on {date}",
            "The depot told me to contact the sender",
            "I was in the whole day and nobody rang", "My neighbours have not seen it either",
            "The estimated date keeps moving",
            "Your email said \"on its way\", {n} days ago", "I gave the right address, it is on the order",
            "It says out for delivery every day",
            "The address on the label is our old one", "The app shows no shipping information",
            "My card was charged on {date} already",
        ],
        "request": [
            "Where is it?", "Can you ask the courier?", "Please [resend it|send a new one|ship it again]",
            "When can I expect it?",
            "Can it be sent to [my office|{town}|a pickup point] instead?",
            "Please send me a working tracking link", "Can you confirm the delivery date?",
        ],
        "short": [
            "where is my [order|parcel|package|{product}]",
            "[{product}|parcel|order {order}] not [here|delivered|arrived]", "tracking stuck since {day}",
            "when does {order} [ship|arrive]?", "no delivery {past}", "{n} days late now",
            "wrong [address|street] on {order}",
            "courier never [came|rang|showed up]",
        ],
    },
    "billing": {
        "core": [
            "I was [charged|billed] [twice|two times|{n} times] for [order {order}|my {plan}|the {product}]",
            "There is a [charge|payment|debit] of {amount} I don't recognise",
            "The invoice for [order {order}|{date}] shows the wrong [amount|VAT number|company name|address]",
            "My card was charged {amount} instead of {amount}",
            "The discount code [was not applied|did not work|was ignored] on my invoice",
            "I need an invoice [with VAT|for my company|as PDF] for {order}",
            "The price of the {plan} went up to {amount} without [notice|warning]",
            "My payment [failed|was declined|didn't go through] but the money is gone",
            "Could I pay by [bank transfer|invoice|another card] for {service}",
            "I see two payments of {amount} on my statement",
            "You took {amount} on {date} and I don't know what for",
            "The receipt for {order} [never came|is missing|is empty]",
            "I would like to change the card you charge for my {plan}",
            "I got a payment reminder for an invoice that I [paid|settled] on {date}",
            "The gift card balance was not deducted from {order}",
            "We were billed for {n} seats but only use [two|three|half of them]",
        ],
        "detail": [
            "My bank says the charge came from you", "The statement shows {amount} on {date}",
            "Our accountant needs it for the books",
            "The total should be {amount}", "The checkout page showed {amount}",
            "The second payment is still pending", "The card is valid until next year",
            "VAT was added twice", "I only ordered one {product}", "The confirmation email has a different price",
            "It is the same every month",
            "The trial was supposed to be free",
        ],
        "request": [
            "Please correct the invoice", "Please [refund|return] the [difference|extra {amount}|second payment]",
            "Can you explain this charge?",
            "I want my money back", "Please send a corrected receipt", "Why did the price change?",
            "Which card do you have on file?",
        ],
        "short": [
            "charged [twice|double|{n} times]", "[charged|billed] twice for {order}", "invoice for {order} pls",
            "what is this {amount} [charge|payment]?", "need a VAT invoice for {order}",
            "wrong [amount|total] on {order}", "payment [declined|failed] again {past}", "why {amount}??",
            "receipt missing for {date}",
        ],
    },
    "technical_fault": {
        "core": [
            "{service} [crashes|freezes|closes] every time I [open a project|upload a photo|press save|start it]",
            "The {product} [stopped working|won't turn on|keeps switching off|makes a buzzing noise] [after {n} days|since {day}|]",
            "I get \"error {n}0{n}\" when I try to [save|sync|export|print|check out]",
            "Since the [update|last version] {service} is very slow",
            "The {product} no longer connects to [Wi-Fi|Bluetooth|my phone|the app]",
            "Sync between my [phone|tablet] and laptop is [broken|stuck|losing data]",
            "The export [button does nothing|file is empty|fails at 90%]",
            "The battery of my {product} [dies after {n} minutes|does not charge]",
            "The screen stays [blank|white|black] after [loading|the logo|the update]",
            "Notifications from {service} [stopped|come twice|arrive hours late]",
            "The checkout page [hangs|shows an error|reloads forever]",
            "Half of my [notes|projects|photos] disappeared from {service}",
            "The firmware update of the {product} [fails|never finishes|broke it]",
            "Search in {service} returns [nothing|the wrong results|an error]",
            "The {product} [flickers|overheats|clicks|resets itself] when it is on",
            "The page for {service} does not load on my [phone|tablet|laptop]",
        ],
        "detail": [
            "I reinstalled it twice", "Restarting does not help", "It worked before the update",
            "It happens in every browser", "I tried another cable and socket",
            "Same on my colleague's laptop", "The log says \"timeout\"", "The light blinks red {n} times",
            "I cleared the cache already",
            "It is version {n}.{n}", "Factory reset changed nothing", "The account itself is fine, I can log in",
        ],
        "request": [
            "Is there a [fix|workaround]?", "Is this a known [bug|problem]?", "Please fix [this|it]",
            "Do I need to reinstall?", "Can I go back to the old version?",
            "Is it broken or am I doing something wrong?", "Can it be repaired?",
        ],
        "short": [
            "[app|{service}] [keeps crashing|crashes|freezes] on start", "{product} won't turn on",
            "sync broken since {day}", "error {n}0{n} [again|on save]", "{product} not connecting",
            "blank screen after update", "{service} is down?", "{product} dead after {n} days",
            "export doesn't work",
        ],
    },
    "returns": {
        "core": [
            "I would like to [return|send back] the {product}",
            "The {product} I [got|received] is [the wrong colour|too small|not what I ordered|scratched|damaged]",
            "How can I [return|exchange] [order {order}|the {product}]",
            "I sent the {product} back on {date} and have heard nothing",
            "The return label [does not print|has expired|is for another order|never came]",
            "Please exchange my {product} for [{colour}|size {size}]",
            "You sent a {colour} {product}, I ordered {colour}",
            "My refund for the returned {product} is [still missing|only {amount}|late]",
            "I changed my mind about the {product} and it is still [unopened|in the box|unused]",
            "The {product} arrived with a [crack|dent|scratch|broken handle]",
            "Is the [return|exchange] of {order} free of charge",
            "I want to [swap|exchange] my {product} for [another one|a bigger one|the newer model]",
            "The {product} doesn't fit and I want to [send it back|return it|swap it]",
            "The [courier|shop] refused my return parcel for {order}",
            "I got {n} of the {product} but ordered only one, how do I send the rest back",
        ],
        "detail": [
            "It is still in the original box", "I never used it", "The {n} days are not over yet",
            "I have photos of the damage", "I no longer have the box",
            "The return tracking says it was delivered to you on {date}",
            "The colour looks different on the website", "The receipt is attached",
            "I lost the return form", "It was {amount} in the sale", "The size chart was wrong",
            "The pickup was booked for {day}",
        ],
        "request": [
            "Please send a return label", "When do I get my [refund|money]?", "Can I get a replacement?",
            "Who pays the postage?", "Where do I send it?",
            "Can I bring it to a shop?", "Please exchange it", "Please refund me",
        ],
        "short": [
            "want to return [the {product}|{order}]", "return label for {order} pls", "{product} too [small|big]",
            "wrong [size|colour], want to swap", "refund for returned {product}?",
            "{product} arrived [broken|damaged|scratched]", "exchange for {colour} possible?",
            "how do I send {order} back",
        ],
    },
    "account_access": {
        "core": [
            "I [can't|cannot|am unable to] [log in|sign in|get into my account] [since {day}|anymore|on my new phone|]",
            "The password reset [email never arrives|link has expired|mail goes to my old address]",
            "My account [is locked|was blocked|got suspended] after {n} [tries|attempts]",
            "The [login|verification|two-factor] code [does not come|is never accepted|arrives too late]",
            "I forgot my [password|user name|security answer]", "I lost the phone with my two-factor app",
            "Is it possible to change the email of my account to {mail}",
            "It says \"unknown user\" when I enter {mail}",
            "Someone [logged into|seems to use|changed the password of] my account",
            "I have two accounts and want to merge them",
            "My colleague left and I need access to the {plan} account",
            "{service} logs me out every {n} minutes",
            "I get \"wrong password\" although I just [reset|changed] it",
            "I cannot see my orders after signing in, the account is empty",
        ],
        "detail": [
            "I tried the reset {n} times", "Nothing in the spam folder", "My old address {mail} no longer exists",
            "The password is right, I use a manager",
            "It works on my laptop but not on my phone", "The login page just reloads",
            "I had to get a new phone on {date}", "I need the invoices in there",
            "My subscription is paid until {date}", "The backup codes are lost too",
            "I can't see the order without it",
        ],
        "request": [
            "Please unlock it", "Can you reset it for me?", "Please send a new [link|code]",
            "How do I get back in?", "Can you change the address?",
            "How do I switch off two-factor?", "Please check who logged in",
        ],
        "short": [
            "can't [log in|sign in|login] [since {day}|anymore|again]", "forgot my password, {mail}",
            "account [locked|blocked] again", "reset [link|mail] not coming since {day}",
            "no login code {past}", "locked out of {service}", "wrong password {n} times",
            "change my email to {mail}",
        ],
    },
    "product_question": {
        "core": [
            "Does the {product} work with [{service}|my old phone|a tablet]",
            "Is the {product} [available|in stock|coming back] in [{colour}|size {size}]",
            "What is the difference between the [Pro|Team|yearly] plan and the [family|free|monthly] plan",
            "How [long|heavy|loud|big] is the {product}", "Does {service} work [offline|on a tablet|in German]",
            "I am thinking of buying the {product}, is it [waterproof|dishwasher safe|suitable for children]",
            "Which {product} would you recommend for [a small flat|travelling|an office of {n}]",
            "Can {service} [import|export] [spreadsheets|calendars|photos]",
            "How many [users|devices|projects] are included in the {plan}",
            "Is there a [student|charity|team] discount on the {plan}", "What guarantee comes with the {product}",
            "Do you [sell|have] spare parts for the {product}",
            "Do you ship the {product} to {town}", "Is the battery of the {product} replaceable",
        ],
        "detail": [
            "The website does not say", "I could not find it in the manual", "I compare it with the older model",
            "My budget is about {amount}",
            "I would use it every day", "I would order {n} of them", "The page mentions {size} only",
            "I have an older phone", "I am still on the free trial",
        ],
        "request": [
            "Which one would you pick?", "Is there a manual I can read?", "Do you have a data sheet?",
            "Is it worth the {amount}?", "Can I try it first?",
            "Will there be a new model?", "Does it come with a cable?",
        ],
        "short": [
            "is the {product} waterproof?", "{product} in {colour}?", "does {service} work offline?",
            "what's in the {plan}?", "when is the {product} back in stock?",
            "{product} compatible with {service}?", "how heavy is the {product}", "spare parts for {product}?",
        ],
    },
    "cancellation": {
        "core": [
            "I want to cancel [my {plan}|order {order}|{service}]",
            "Please cancel [my {plan}|order {order}|the order for the {product}]",
            "Please [end|stop|terminate] my {plan} [on {date}|now|at the end of the month]",
            "I do not want to renew my {plan}", "I cancelled my {plan} on {date} but it is still active",
            "How do I [cancel|stop|quit] {service}",
            "I ordered the {product} by mistake and want to cancel [before it ships|right away|it]",
            "We no longer need {service} and want to close the account",
            "The cancel button [is greyed out|does nothing|is nowhere to be found]",
            "Please delete my account and all my data",
            "I signed up for the {plan} by accident, please undo it", "What is the notice period of the {plan}",
        ],
        "detail": [
            "I found something cheaper", "We do not use it any more", "The trial ends on {date}",
            "I have not got a confirmation", "It renews on {date}",
            "I was told {n} days before the end is enough", "It is too expensive at {amount}",
            "It has not shipped yet", "I cannot find it in the settings",
        ],
        "request": [
            "Please confirm the cancellation", "Please do not charge me again", "From when is it cancelled?",
            "Do I get a part of the money back?",
            "Please stop the renewal", "Can I keep my data?", "Can I pause it instead?",
        ],
        "short": [
            "cancel [my {plan}|order {order}|{service}] pls", "how do I cancel {service}", "pls cancel {order}",
            "stop my {plan}", "don't renew my {plan}", "delete my account, {mail}",
        ],
    },
}

# Touch two classes; the message carries either label.
BOTH = {
    ("billing", "cancellation"): [
        "I cancelled my {plan} and was [charged|billed] {amount} again",
        "You renewed my {plan} for {amount} although I did not want it",
        "The trial turned into a paid {plan}, I never agreed to {amount}",
        "I cancelled {order} {past}, the payment of {amount} is still on my card",
    ],
    ("billing", "returns"): [
        "The refund of {amount} has not reached my [card|account]",
        "I was refunded {amount} instead of {amount} for the {product}",
        "Where is my refund for {order}", "You still charge me for the {product} that I sent back",
        "My bank sees no refund from you since {date}",
    ],
    ("delivery", "returns"): [
        "The {product} came [damaged|broken|dented] in the post",
        "I got the wrong [parcel|item|{product}] in the box", "The courier brought a {product} I did not order",
        "The replacement for my {product} has not arrived",
        "{order} came with a broken seal and a cracked {product}",
    ],
    ("technical_fault", "returns"): [
        "The {product} is faulty and I want a [replacement|refund]",
        "The {product} was broken out of the box, it does not turn on",
        "My {product} died after {n} days, is that covered",
        "The new {product} has the same defect as the one I sent back",
    ],
    ("technical_fault", "account_access"): [
        "The login page of {service} shows an error", "{service} crashes when I sign in",
        "After the update {service} asks for my password again and again",
        "The login button does nothing on my [phone|tablet]", "{service} says session expired and throws me out",
    ],
    ("billing", "delivery"): [
        "I paid {amount} shipping and it should be free", "I paid {amount} on {date} and never got the {product}",
        "You charged me for express but it came by normal post",
        "The money for {order} is gone and there is no parcel", "I had to pay {amount} customs to the courier",
    ],
    ("billing", "product_question"): [
        "What does the {plan} cost for {n} people", "Is VAT included in the price of the {product}",
        "Do I pay more when I add users to the {plan}", "Does the discount also count for the {product}",
    ],
    ("technical_fault", "product_question"): [
        "How do I connect the {product} with {service}", "Is it normal that the {product} gets warm",
        "I can't find the export in {service}", "How do I set the {product} up, the manual is no help",
    ],
    ("account_access", "cancellation"): [
        "I want to close an account that I can't get into", "I cannot log in to cancel my {plan}",
        "Please remove the old account of {mail}",
    ],
    ("delivery", "cancellation"): [
        "It takes too long, is {order} still on its way or can it be cancelled",
        "I cancelled {order} but it was shipped anyway", "If {order} is not sent by {day} I don't want it any more",
    ],
    ("delivery", "product_question"): [
        "How long does shipping of the {product} to {town} take", "Do you deliver to {town} on a Saturday",
        "When will the {product} be available to ship",
    ],
}

# Says nothing about the topic; any label.
VAGUE = [
    "Still waiting for your answer on {order}", "[Hello?|Anyone there?] I wrote {past}",
    "Same problem as on {date}, nothing has changed", "See my mail from {date}, it is still not solved",
    "Please call me back about {order}, {name}", "As discussed with {name} {past}, please proceed",
    "It happened again {past}", "Not good enough. {n} days and no answer 😡",
]

JOINERS = [
    "Also, ", "And ", "By the way, ", "Another thing: ", "PS: ", "One more question. ", "Btw ", "On top of that, ",
]

ABBREVIATIONS = {
    "please": "pls", "Please": "Pls", "you": "u", "Thanks": "Thx", "because": "bc", "order": "ordr",
    "number": "no.", "and": "&",
    "password": "pw", "subscription": "sub", "soon": "asap", "delivery": "deliv.", "account": "acct", "days": "d",
}
