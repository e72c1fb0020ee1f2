# Trials in time order, pingpong, same-pu, process
# Drawn from trials-pingpong-same-pu-process.dat; "gnuplot trials-pingpong-same-pu-process.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 6.90in,5.88in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 497,423 dynamic name 'trials_pingpong_same_pu_process' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'trials-pingpong-same-pu-process.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set multiplot layout 8,3 margins screen 0.072,0.991,0.068,0.932 spacing screen 0.072,0.034
	set xrange [-0.7:13.7]
	set xtics ('' 0, '' 5, '' 10)
	set tics font ',6.5'
	set ytics offset 0.4,0
	unset key
	set label 10 'trial' at screen 0.080,0.9830 left font ',7' offset 0.7,0 point pointtype 7 pointsize 0.6 linecolor rgb 4473924
	set label 11 'class changed' at screen 0.156,0.9830 left font ',7' offset 0.7,0 point pointtype 6 pointsize 0.6 linecolor rgb 0
	set label 12 'flagged' at screen 0.296,0.9830 left font ',7' offset 0.7,0 point pointtype 2 pointsize 0.6 linecolor rgb 11534368
	set label 13 'noise, PU 0' at screen 0.388,0.9830 left font ',7' offset 0.7,0 point pointtype 5 pointsize 0.6 linecolor rgb 8016277
	set label 1 'pipe, 64 B' at graph 0,1.1 left font ',7'
	set yrange [4456.22016:7104.40263]
	set logscale y
	set ytics ('5 µs' 5000, '6 µs' 6000, '7 µs' 7000)
	plot 'trials-pingpong-same-pu-process.dat' index 0 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 0 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 0 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 0 using 1:($7 > 0 ? 4582.68805 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [4576.80574:8081.81959]
	set logscale y
	set ytics ('6 µs' 6000, '8 µs' 8000)
	plot 'trials-pingpong-same-pu-process.dat' index 1 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 1 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 1 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 1 using 1:($7 > 0 ? 4735.64654 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pipe, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [24563.2407:41087.8867]
	set logscale y
	set ytics ('30 µs' 30000, '40 µs' 40000)
	plot 'trials-pingpong-same-pu-process.dat' index 2 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 2 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 2 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 2 using 1:($7 > 0 ? 25333.2759 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 B' at graph 0,1.1 left font ',7'
	set yrange [6913.83186:11953.6169]
	set logscale y
	set ytics ('8 µs' 8000, '10 µs' 10000)
	plot 'trials-pingpong-same-pu-process.dat' index 3 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 3 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 3 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 3 using 1:($7 > 0 ? 7144.72709 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [8890.54501:12035.4476]
	set logscale y
	set ytics ('10 µs' 10000, '12 µs' 12000)
	plot 'trials-pingpong-same-pu-process.dat' index 4 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 4 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 4 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 4 using 1:($7 > 0 ? 9053.58153 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-stream, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [20727.9654:31165.9318]
	set logscale y
	set ytics ('25 µs' 25000, '30 µs' 30000)
	plot 'trials-pingpong-same-pu-process.dat' index 5 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 5 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 5 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 5 using 1:($7 > 0 ? 21241.4461 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 B' at graph 0,1.1 left font ',7'
	set yrange [6965.51338:10125.1808]
	set logscale y
	set ytics ('8 µs' 8000, '10 µs' 10000)
	plot 'trials-pingpong-same-pu-process.dat' index 6 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 6 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 6 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 6 using 1:($7 > 0 ? 7123.6096 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [7711.76232:12346.3247]
	set logscale y
	set ytics ('8 µs' 8000, '10 µs' 10000, '12 µs' 12000)
	plot 'trials-pingpong-same-pu-process.dat' index 7 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 7 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 7 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 7 using 1:($7 > 0 ? 7932.62053 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'unix-seqpacket, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [17812.3966:24956.6387]
	set logscale y
	set ytics ('20 µs' 20000)
	plot 'trials-pingpong-same-pu-process.dat' index 8 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 8 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 8 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 8 using 1:($7 > 0 ? 18176.4967 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 B' at graph 0,1.1 left font ',7'
	set yrange [16762.2872:18445.5912]
	set logscale y
	set ytics ('17 µs' 17000, '18 µs' 18000)
	plot 'trials-pingpong-same-pu-process.dat' index 9 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 9 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 9 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 9 using 1:($7 > 0 ? 16858.8069 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [16573.7602:24964.5731]
	set logscale y
	set ytics ('20 µs' 20000)
	plot 'trials-pingpong-same-pu-process.dat' index 10 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 10 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 10 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 10 using 1:($7 > 0 ? 16986.161 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'tcp, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [28174.5649:32215.519]
	set logscale y
	set ytics ('30 µs' 30000, '32 µs' 32000)
	plot 'trials-pingpong-same-pu-process.dat' index 11 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 11 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 11 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 11 using 1:($7 > 0 ? 28402.0504 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 B' at graph 0,1.1 left font ',7'
	set yrange [5910.40232:9219.63618]
	set logscale y
	set ytics ('6 µs' 6000, '8 µs' 8000)
	plot 'trials-pingpong-same-pu-process.dat' index 12 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 12 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 12 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 12 using 1:($7 > 0 ? 6070.19788 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [7821.17013:11012.4846]
	set logscale y
	set ytics ('8 µs' 8000, '10 µs' 10000)
	plot 'trials-pingpong-same-pu-process.dat' index 13 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 13 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 13 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 13 using 1:($7 > 0 ? 7983.4121 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'sysv-msg, 64 KiB' at graph 0,1.1 left font ',7'
	set label 2 'not measured' at graph 0.5,0.5 center font ',7' textcolor rgb '#777777'
	unset logscale y
	set yrange [0:1]
	set ytics ('' -1)
	plot -1 notitle
	unset label
	set label 1 'ring lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [3879.84481:6331.66671]
	set logscale y
	set ytics ('4 µs' 4000, '5 µs' 5000, '6 µs' 6000)
	plot 'trials-pingpong-same-pu-process.dat' index 15 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 15 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 15 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 15 using 1:($7 > 0 ? 3995.55006 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [3838.40846:6987.59064]
	set logscale y
	set ytics ('4 µs' 4000, '6 µs' 6000)
	plot 'trials-pingpong-same-pu-process.dat' index 16 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 16 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 16 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 16 using 1:($7 > 0 ? 3978.88846 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'ring lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [3978.70604:5254.36983]
	set logscale y
	set ytics ('4 µs' 4000, '4.5 µs' 4500, '5 µs' 5000)
	plot 'trials-pingpong-same-pu-process.dat' index 17 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 17 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 17 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 17 using 1:($7 > 0 ? 4045.65254 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 64 B' at graph 0,1.1 left font ',7'
	set yrange [21271.0486:31164.4989]
	set logscale y
	set ytics ('25 µs' 25000, '30 µs' 30000)
	plot 'trials-pingpong-same-pu-process.dat' index 18 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 18 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 18 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 18 using 1:($7 > 0 ? 21764.1232 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 4 KiB' at graph 0,1.1 left font ',7'
	set yrange [20825.514:31027.2808]
	set logscale y
	set ytics ('25 µs' 25000, '30 µs' 30000)
	plot 'trials-pingpong-same-pu-process.dat' index 19 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 19 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 19 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 19 using 1:($7 > 0 ? 21329.6932 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'pageswap lend, 64 KiB' at graph 0,1.1 left font ',7'
	set yrange [45416.4508:61509.7765]
	set logscale y
	set ytics ('50 µs' 50000, '60 µs' 60000)
	plot 'trials-pingpong-same-pu-process.dat' index 20 using 1:3:(0):($4-$3):5 with vectors nohead linewidth 0.8 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 20 using 1:2:5 with points pointtype 7 pointsize 0.35 linecolor rgb variable notitle, \
		'trials-pingpong-same-pu-process.dat' index 20 using 1:($6 > 0 ? $2 : NaN) with points pointtype 6 pointsize 0.8 linecolor rgb '#000000' notitle, \
		'trials-pingpong-same-pu-process.dat' index 20 using 1:($7 > 0 ? 46250.5658 : NaN) with points pointtype 2 pointsize 0.35 linecolor rgb '#b00020' notitle
	unset label
	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	set label 1 'noise: lost ppm' at graph 0,1.1 left font ',7'
	set yrange [1:183963]
	set logscale y
	set ytics ('1' 1, '100' 100, '10k' 10000)
	set xtics ('0' 0, '5' 5, '10' 10)
	set xlabel 'block' offset 0,0.7 font ',7'
	plot 'trials-pingpong-same-pu-process.dat' index 21 using 1:2:($3==0 ? 8016277 : 0) with impulses linewidth 1.5 linecolor rgb variable notitle

	unset multiplot
	unset output
}
